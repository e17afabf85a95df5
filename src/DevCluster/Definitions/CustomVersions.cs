using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Conversion;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>
/// The versions of a custom resource and how objects get from one to another: by conversion <c>None</c>, which renames the version, or by a
/// webhook; then what the other schema does not have is dropped (apiextensions, <c>crdConversionRESTOptionsGetter</c>).
/// </summary>
internal sealed class CustomVersions
{
    private readonly string _group;
    private readonly ConversionWebhook? _webhook;
    private readonly Dictionary<string, Schema> _schemas;

    /// <param name="crd">The CRD.</param>
    /// <param name="isMixed">Whether objects are stored that were written under other versions or schemas than those of the CRD.</param>
    /// <param name="webhook">Converts objects; null for conversion None.</param>
    /// <exception cref="SchemaException">A schema cannot be used.</exception>
    public CustomVersions(JsonObject crd, bool isMixed, ConversionWebhook? webhook = null)
    {
        _webhook = webhook;
        _group = crd["spec"].Text("group")!;
        All = [.. (crd["spec"].List("versions") ?? []).OfType<JsonObject>().OrderByDescending(version => version.Text("name")!, VersionOrder.Instance)];
        _schemas = All.ToDictionary(version => version.Text("name")!, version => Schema.Parse(version.Dig("schema", "openAPIV3Schema")!.AsObject()));
        Storage = All.First(version => version.Flag("storage")).Text("name")!;
        IsMixed = isMixed;
        ShowsAsStored = !isMixed && All.Where(version => version.Flag("served")).All(version => version.Text("name") == Storage);
    }

    /// <summary>The versions as the CRD has them, the preferred one first.</summary>
    public IReadOnlyList<JsonObject> All { get; }

    /// <summary>The version that objects are stored in.</summary>
    public string Storage { get; }

    /// <summary>Whether objects are stored that were written under other versions or schemas than those of the CRD.</summary>
    public bool IsMixed { get; }

    /// <summary>
    /// Whether what is stored is what is shown: there is one version, and its schema never changed under objects. What came by another
    /// version lacks defaults of the stored one, and gets them when it is read.
    /// </summary>
    public bool ShowsAsStored { get; }

    public Schema SchemaOf(string version) => _schemas[version];

    /// <summary>Whether objects that are written in these versions are stored as in others.</summary>
    public bool StoresAs(CustomVersions other) => Storage == other.Storage
        && All.Count == other.All.Count
        && All.Zip(other.All).All(pair => pair.First.Text("name") == pair.Second.Text("name") && JsonNode.DeepEquals(pair.First["schema"], pair.Second["schema"]));

    /// <summary>
    /// A stored object at a version: what its own schema does not have any more is gone, and what it has got defaults for since is there.
    /// </summary>
    public JsonObject FromStored(JsonObject stored, string version)
    {
        var at = VersionOf(stored);
        if (_schemas.TryGetValue(at, out var own))
        {
            Pruning.PruneObject(own, stored, []);
            Defaulting.DropNulls(own, stored);
            Defaulting.Apply(own, stored);
        }

        return Convert(stored, at, version);
    }

    /// <summary>An object of a version as it is stored.</summary>
    public JsonObject ToStored(JsonObject obj, string version) => version == Storage ? obj : Convert(obj.Clone(), version, Storage);

    private JsonObject Convert(JsonObject obj, string from, string to)
    {
        if (from == to)
            return obj;
        if (_webhook is not null)
            obj = _webhook.Convert(obj, $"{_group}/{to}");
        else
            obj["apiVersion"] = $"{_group}/{to}";
        Pruning.PruneObject(_schemas[to], obj, []);
        return obj;
    }

    private static string VersionOf(JsonObject obj)
    {
        var version = obj.Text("apiVersion") ?? "";
        return version[(version.IndexOf('/', StringComparison.Ordinal) + 1)..];
    }
}
