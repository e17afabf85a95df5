using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Grains.Engine.Kinds;

namespace OrleansOperator.Grains.Engine.Running;

/// <summary>
/// Who set which fields of an object (<c>metadata.managedFields</c>, KEP-555). It is half of an object's size, and read only when
/// somebody has to be named.
/// </summary>
internal sealed class FieldManagers
{
    private readonly List<(string Manager, JsonElement Fields)> _managers = [];

    private FieldManagers()
    {
    }

    /// <summary>How an answer is read.</summary>
    public static JsonTypeInfo<FieldManagers> Json { get; } = SnapshotJson.Of(Read);

    /// <summary>Reads them from an object; the reader stands on its start and is left on its end.</summary>
    public static FieldManagers Read(ref Utf8JsonReader reader)
    {
        var found = new FieldManagers();
        var root = JsonElement.ParseValue(ref reader);
        if (root.TryGetProperty("metadata", out var metadata) && metadata.TryGetProperty("managedFields", out var entries) && entries.ValueKind == JsonValueKind.Array)
        {
            foreach (var entry in entries.EnumerateArray())
            {
                if (entry.TryGetProperty("manager", out var manager) && manager.GetString() is { Length: > 0 } name && entry.TryGetProperty("fieldsV1", out var fields))
                    found._managers.Add((name, fields));
            }
        }

        return found;
    }

    /// <summary>The manager that set a field; null when nobody is known to have.</summary>
    /// <param name="path">The field, as in <see cref="Difference.FieldPath"/>.</param>
    public string? Of(IReadOnlyList<string> path)
    {
        foreach (var (manager, fields) in _managers)
        {
            var at = fields;
            if (path.All(step => at.ValueKind == JsonValueKind.Object && at.TryGetProperty(step, out at)))
                return manager;
        }

        return null;
    }
}
