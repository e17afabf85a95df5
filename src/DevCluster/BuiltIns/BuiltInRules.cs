using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns.Validation;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>What <c>metadata.generation</c> of a built-in kind counts.</summary>
internal enum Generation
{
    /// <summary>The kind has none.</summary>
    None,

    /// <summary>It is 1 and stays 1.</summary>
    Constant,

    /// <summary>Changes of the spec.</summary>
    Spec,

    /// <summary>Changes of the spec and of annotations.</summary>
    SpecAndAnnotations,

    /// <summary>Changes of everything but metadata, and of labels.</summary>
    ContentAndLabels,
}

/// <summary>What deletions of a built-in kind are like.</summary>
internal enum Deletes
{
    /// <summary>They answer with a Status, and dependents go too.</summary>
    Plainly,

    /// <summary>They answer with the deleted object.</summary>
    Returning,

    /// <summary>Dependents stay unless the deletion says otherwise.</summary>
    Orphaning,

    /// <summary>There are no dependents.</summary>
    WithoutDependents,
}

/// <summary>
/// A built-in kind: its form is that of its Go type, its defaults stand in <c>defaults.txt</c>, its validation in <c>validation.txt</c>.
/// </summary>
/// <param name="type"><c>package/Type</c>.</param>
internal class BuiltInRules(string type) : KindRules
{
    public override GoType Type => GoTypes.Of(type);

    /// <summary>What <c>metadata.generation</c> counts.</summary>
    public Generation Generation { get; init; }

    /// <summary>The paths that field selectors know.</summary>
    public IReadOnlyCollection<string> Selectable { get; init; } = [];

    /// <summary>What names may be.</summary>
    public Func<string, bool, IEnumerable<string>> NameRule { get; init; } = Names.DnsSubdomain;

    /// <summary>Whether an update has to name the version that it is for.</summary>
    public bool NeedsVersion { get; init; }

    /// <summary>Whether an update of an absent object creates it.</summary>
    public bool CreatesOnUpdate { get; init; }

    /// <summary>What deletions of it are like.</summary>
    public Deletes Deletes { get; init; } = Deletes.Plainly;

    /// <summary>What the server sets on its own account.</summary>
    public Strategy Strategy { get; init; } = Strategies.Of(type);

    public override Schema Schema => GoSchemas.Of(type);

    public override bool HasGeneration => Generation != Generation.None;

    public override bool AllowsUnconditionalUpdate => !NeedsVersion;

    public override bool AllowsCreateOnUpdate => CreatesOnUpdate;

    public override bool HasDependents => Deletes != Deletes.WithoutDependents;

    public override bool OrphansByDefault => Deletes == Deletes.Orphaning;

    public override bool ReturnsDeleted => Deletes == Deletes.Returning;

    public override IReadOnlyCollection<string> SelectableFields => Selectable;

    public override IReadOnlyList<string> StatusResets => Strategy.StatusResets;

    public override string? SelectableField(JsonObject obj, string field) => field switch
    {
        "name" => obj["metadata"].Text("name"),
        "source" => obj.Dig("source", "component")?.ToString(),
        "status.successful" => (obj["status"].Number("succeeded") ?? 0).ToString(CultureInfo.InvariantCulture),
        _ => obj.Dig(field.Split('.'))?.ToString(),
    };

    public override JsonObject Empty(ResourceInfo resource) => GoDecoder.Decode(Type, base.Empty(resource), []);

    public override JsonObject Decode(ResourceInfo resource, JsonObject obj, List<string> unknown) =>
        GoDecoder.Decode(Type, obj, resource.Kind, resource.Version, unknown);

    public override void Default(JsonObject obj) => GoDefaults.Apply(Type, obj);

    public override void PrepareForCreate(JsonObject obj)
    {
        if (!Strategy.TakesStatus && Type.Fields.TryGetValue("status", out var status))
            obj["status"] = GoDecoder.Decode(status.Type.Struct, [], []);
        Strategy.Create?.Invoke(obj);
    }

    public override void PrepareForUpdate(JsonObject obj, JsonObject old) => Strategy.Update?.Invoke(obj, old);

    public override IEnumerable<string> ValidateName(string name, bool isPrefix) => NameRule(name, isPrefix);

    public override void Canonicalize(JsonObject obj) => Strategy.Canonicalize?.Invoke(obj);

    public override long? GracePeriod(JsonObject obj, long? asked) => Strategy.GracePeriod?.Invoke(obj, asked);

    public override bool ChangesGeneration(JsonObject obj, JsonObject old)
    {
        bool Differ(params string[] path) => !JsonNode.DeepEquals(obj.Dig(path), old.Dig(path));
        return Generation switch
        {
            Generation.Spec => Differ("spec"),
            Generation.SpecAndAnnotations => Differ("spec") || Differ("metadata", "annotations"),
            Generation.ContentAndLabels => Differ("metadata", "labels") || Type.Ordered.Any(field => field.Name != "metadata" && Differ(field.Name)),
            _ => false,
        };
    }

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors) => GoValidation.Validate(Type, obj, old, errors);

    public override void ValidateStatus(JsonObject obj, JsonObject old, List<FieldError> errors) => GoValidation.ValidateStatus(Type, obj, old, errors);
}
