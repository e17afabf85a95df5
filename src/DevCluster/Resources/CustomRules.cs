using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Definitions;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Custom resources: everything comes from the schema in their CRD.</summary>
/// <param name="versions">The versions of the CRD.</param>
/// <param name="version">The version that these are the rules of.</param>
/// <param name="hasStatus">Whether the status is a subresource.</param>
/// <param name="scale">Where the scale subresource finds its fields, or null.</param>
/// <param name="selectable">The paths that field selectors know.</param>
internal sealed class CustomRules(CustomVersions versions, string version, bool hasStatus, ScalePaths? scale, IReadOnlyList<string> selectable) : KindRules
{
    private readonly Schema _schema = versions.SchemaOf(version);

    public CustomVersions Versions => versions;

    public override Schema Schema => _schema;

    public override Schema? MergeSchema { get; } = WithMetadata(versions.SchemaOf(version));

    public override bool Converts => !versions.ShowsAsStored;

    public override bool HasGeneration => true;

    public override bool AllowsUnconditionalUpdate => false;

    public override IReadOnlyCollection<string> SelectableFields => selectable;

    public override string? SelectableField(JsonObject obj, string field) => obj.Dig(field.Split('.'))?.ToString();

    public override IReadOnlyList<string> StatusResets => ["metadata", "spec"];

    public override void Default(JsonObject obj) => Defaulting.Apply(_schema, obj);

    public override void DropNulls(JsonObject obj) => Defaulting.DropNulls(_schema, obj);

    public override JsonObject FromStored(JsonObject stored) => Converts ? versions.FromStored(stored, version) : stored;

    public override JsonObject ToStored(JsonObject obj) => versions.ToStored(obj, version);

    public override void PrepareForCreate(JsonObject obj)
    {
        if (hasStatus)
            obj.Remove("status");
    }

    /// <summary>Of a write of the status, only the status is taken.</summary>
    public override void PrepareForStatus(ResourceInfo resource, JsonObject obj, JsonObject old)
    {
        var (status, owners) = (obj["status"]?.DeepClone(), obj["metadata"]!["managedFields"]?.DeepClone());
        obj.Clear();
        foreach (var (field, value) in old)
            obj[field] = value?.DeepClone();
        obj["metadata"]!["managedFields"] = owners;
        if (owners is null)
            obj["metadata"]!.AsObject().Remove("managedFields");
        obj["status"] = status;
        if (status is null)
            obj.Remove("status");
    }

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors) =>
        Validation.ValidateObject(_schema, obj, old, errors, found =>
        {
            CustomScale.Validate(scale, obj, statusOnly: false, found);
            EmbeddedResources.Validate(_schema, obj, "", found);
        });

    public override void ValidateStatus(JsonObject obj, JsonObject old, List<FieldError> errors) =>
        Validation.ValidateObject(_schema, obj, old, errors, found => CustomScale.Validate(scale, obj, statusOnly: true, found), statusOnly: true);

    public override bool ChangesGeneration(JsonObject obj, JsonObject old)
    {
        bool Counts(string field) => field != "metadata" && !(hasStatus && field == "status");
        return obj.Concat(old).Select(pair => pair.Key).Distinct().Where(Counts).Any(field => !JsonNode.DeepEquals(obj[field], old[field]));
    }

    private static Schema WithMetadata(Schema schema)
    {
        var whole = new Schema { Type = "object", PreserveUnknown = schema.PreserveUnknown };
        foreach (var name in new[] { "apiVersion", "kind" })
            whole.Properties[name] = new Schema { Type = "string" };
        foreach (var (name, property) in schema.Properties)
            whole.Properties[name] = property;
        whole.Properties["metadata"] = GoSchemas.Of("meta/ObjectMeta");
        return whole;
    }
}
