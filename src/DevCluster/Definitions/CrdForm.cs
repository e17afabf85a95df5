using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>
/// The form in which a real server validates a CRD (apiextensions, <c>v1/conversion.go</c>): a field of the versions that has the same
/// value in all of them stands at the top of the spec and in no version. Errors name fields of this form.
/// </summary>
internal sealed class CrdForm
{
    /// <summary>The fields of versions that move, and their names at the top.</summary>
    private static readonly Dictionary<string, string> Shared = new()
    {
        ["schema"] = "validation",
        ["subresources"] = "subresources",
        ["additionalPrinterColumns"] = "additionalPrinterColumns",
        ["selectableFields"] = "selectableFields",
    };

    private readonly HashSet<string> _shared;

    public CrdForm(JsonObject crd)
    {
        Spec = crd["spec"]!.AsObject();
        Versions = [.. (Spec.List("versions") ?? []).OfType<JsonObject>()];
        _shared = Versions.Count == 0 ? [] : [.. Shared.Keys.Where(field => Versions.All(version => JsonNode.DeepEquals(version[field], Versions[0][field])))];
    }

    public JsonObject Spec { get; }

    public IReadOnlyList<JsonObject> Versions { get; }

    /// <summary>The values of a field that stand somewhere, with their paths: one at the top, or one for each version.</summary>
    /// <returns>The version, or null for the top; its value; its path.</returns>
    public IEnumerable<(JsonObject? Version, JsonNode Value, string Path)> All(string field)
    {
        if (_shared.Contains(field))
            return Versions[0][field] is { } value ? [(null, value, $"spec.{Shared[field]}")] : [];
        return Versions.Index().Where(version => version.Item[field] is not null)
            .Select(version => ((JsonObject?)version.Item, version.Item[field]!, $"spec.versions[{version.Index}].{field}"));
    }

    /// <summary>Whether the status is a subresource of a version, or of any version when none is given.</summary>
    public bool HasStatus(JsonObject? version) =>
        (version is null ? Versions : [version]).Any(one => one.Dig("subresources", "status") is not null);

    /// <summary>The schema that a selectable field of a version refers to, or of what all versions agree on.</summary>
    public JsonObject? SchemaOf(JsonObject? version) => (version ?? Versions[0]).Dig("schema", "openAPIV3Schema") as JsonObject;

    /// <summary>Whether the value of a field stands at the top.</summary>
    public bool IsShared(string field) => _shared.Contains(field);
}
