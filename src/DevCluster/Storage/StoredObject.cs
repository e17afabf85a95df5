using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Storage;

/// <summary>One version of one object: its JSON as UTF-8, and the little that selectors and garbage collection ask for.</summary>
internal sealed class StoredObject
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    public required long Version { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Uids of the owners, empty for most objects.</summary>
    public required IReadOnlyList<string> Owners { get; init; }

    /// <summary>The whole object, without line breaks.</summary>
    public required byte[] Json { get; init; }

    public string Key => KeyOf(Namespace, Name);

    /// <summary>Sorts by namespace and then by name, as etcd's keys do.</summary>
    public static string KeyOf(string ns, string name) => ns + "/" + name;

    public JsonObject Parse() => JsonNode.Parse(Json)!.AsObject();

    /// <summary>Stamps the version into the object and freezes it.</summary>
    public static StoredObject Freeze(JsonObject obj, long version)
    {
        var metadata = obj["metadata"]!.AsObject();
        metadata["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new StoredObject
        {
            Namespace = metadata.Text("namespace") ?? "",
            Name = metadata.Text("name") ?? "",
            Uid = metadata.Text("uid") ?? "",
            Version = version,
            Labels = LabelsOf(metadata),
            Owners = metadata["ownerReferences"] is JsonArray owners ? [.. owners.Select(o => o?.Text("uid") ?? "")] : [],
            Json = obj.ToUtf8(),
        };
    }

    private static Dictionary<string, string> LabelsOf(JsonObject metadata)
    {
        if (metadata["labels"] is not JsonObject { Count: > 0 } labels)
            return NoLabels;
        var result = new Dictionary<string, string>(labels.Count);
        foreach (var (key, value) in labels)
            result[key] = value is JsonValue v && v.TryGetValue<string>(out var text) ? text : "";
        return result;
    }

    private static readonly Dictionary<string, string> NoLabels = [];
}
