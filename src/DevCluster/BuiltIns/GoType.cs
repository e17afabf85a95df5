using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>The forms that values of built-in kinds have.</summary>
internal enum GoKind
{
    String,
    Bool,
    Int32,
    Int64,
    Float64,
    Bytes,
    Time,
    MicroTime,
    Quantity,
    IntOrString,
    FieldsV1,
    Any,

    /// <summary>A schema, or what may stand in its place: a list of schemas or of names, or a boolean.</summary>
    SchemaOrOther,
    Struct,
    List,
    Map,
}

/// <summary>The type of a value.</summary>
/// <param name="Kind">Its form.</param>
/// <param name="IsPointer">Whether it may be absent, which then differs from zero.</param>
/// <param name="Element">What a list or a map holds.</param>
/// <param name="Name"><c>package/Type</c> of a struct.</param>
internal sealed record GoTypeRef(GoKind Kind, bool IsPointer, GoTypeRef? Element = null, string? Name = null)
{
    /// <summary>The fields of a struct.</summary>
    public GoType Struct => _struct ??= GoTypes.Of(Name!);

    private GoType? _struct;
}

/// <summary>A struct of Kubernetes' Go packages: what its fields are called, and how they are written and merged.</summary>
/// <param name="Name"><c>package/Type</c>.</param>
/// <param name="IsAtomic">Whether server-side apply only ever replaces it whole.</param>
/// <param name="Declared">The fields as declared; those without a name in JSON hold others that stand in their place.</param>
internal sealed record GoType(string Name, bool IsAtomic, IReadOnlyList<GoField> Declared)
{
    /// <summary>The fields as they stand in JSON, by name.</summary>
    public FrozenDictionary<string, GoField> Fields => _fields ??= Flatten(this).ToFrozenDictionary(f => f.Name);

    /// <summary>The fields as they stand in JSON, in their order.</summary>
    public IReadOnlyList<GoField> Ordered => _ordered ??= [.. Flatten(this)];

    /// <summary>The declared fields by their number in protobuf.</summary>
    public FrozenDictionary<int, GoField> ByNumber => _byNumber ??= Declared.Where(f => f.Number > 0).ToFrozenDictionary(f => f.Number);

    private FrozenDictionary<string, GoField>? _fields;
    private FrozenDictionary<int, GoField>? _byNumber;
    private IReadOnlyList<GoField>? _ordered;

    private static IEnumerable<GoField> Flatten(GoType type) =>
        type.Declared.SelectMany(field => field.IsInline ? Flatten(field.Type.Struct) : [field]);
}

/// <summary>One field of a struct.</summary>
internal sealed record GoField
{
    public required string Name { get; init; }

    /// <summary>Its number in protobuf; 0 where it has none.</summary>
    public required int Number { get; init; }

    public required GoTypeRef Type { get; init; }

    /// <summary>Its own fields stand in its place.</summary>
    public bool IsInline { get; init; }

    /// <summary>It is written even when it is empty (no <c>omitempty</c>).</summary>
    public bool IsAlwaysWritten { get; init; }

    /// <summary>An empty struct is left out (<c>omitzero</c>).</summary>
    public bool OmitsZero { get; init; }

    /// <summary>The fields that tell the items of a list apart; null when it is no such list.</summary>
    public IReadOnlyList<string>? MapKeys { get; init; }

    public bool IsSet { get; init; }

    /// <summary>Strategic merge patch merges the list instead of replacing it.</summary>
    public bool IsMerged { get; init; }

    /// <summary>What tells items apart in a strategic merge patch; null for lists of plain values.</summary>
    public string? MergeKey { get; init; }

    /// <summary>Strategic merge patch knows which of its fields are left (<c>retainKeys</c>).</summary>
    public bool RetainsKeys { get; init; }

    public bool IsAtomic { get; init; }

    /// <summary>What it counts as in server-side apply when it is a key and absent.</summary>
    public JsonNode? Default { get; init; }
}
