namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>The kinds of types that expressions have.</summary>
internal enum CelKind
{
    /// <summary>Known only when the expression is evaluated.</summary>
    Dynamic,
    Null,
    Bool,
    Int,
    Double,
    String,
    Bytes,
    Duration,
    Timestamp,
    Type,
    List,
    Map,

    /// <summary>An object with fields.</summary>
    Object,
    Optional,

    /// <summary>A type of Kubernetes' libraries, or the parameter of a function's signature.</summary>
    Named,
}

/// <summary>The type of an expression, with what its schema says of its size (apiserver, <c>cel.DeclType</c>).</summary>
internal sealed record CelDecl(CelKind Kind, string Name)
{
    public static readonly CelDecl Dynamic = new(CelKind.Dynamic, "dyn");
    public static readonly CelDecl Null = new(CelKind.Null, "null");
    public static readonly CelDecl Bool = new(CelKind.Bool, "bool") { MinSize = 4 };
    public static readonly CelDecl Int = new(CelKind.Int, "int") { MinSize = 1 };
    public static readonly CelDecl Double = new(CelKind.Double, "double") { MinSize = 1 };
    public static readonly CelDecl String = new(CelKind.String, "string") { MinSize = 2 };
    public static readonly CelDecl Bytes = new(CelKind.Bytes, "bytes") { MinSize = 2 };
    public static readonly CelDecl Duration = new(CelKind.Duration, "google.protobuf.Duration") { MinSize = 3 };
    public static readonly CelDecl Timestamp = new(CelKind.Timestamp, "google.protobuf.Timestamp");
    public static readonly CelDecl Type = new(CelKind.Type, "type");

    /// <summary>Of the items of a list, the values of a map, or the value of an optional.</summary>
    public CelDecl Element { get; init; } = null!;

    /// <summary>The fields of an object.</summary>
    public IReadOnlyDictionary<string, CelDecl> Fields { get; init; } = System.Collections.Frozen.FrozenDictionary<string, CelDecl>.Empty;

    /// <summary>How many items, entries or bytes there can be; null when nothing is known of it.</summary>
    public long? MaxElements { get; init; }

    /// <summary>How many bytes a value takes in JSON at least.</summary>
    public long MinSize { get; init; }

    public bool IsScalar => Kind is CelKind.Bool or CelKind.Int or CelKind.Double or CelKind.Duration or CelKind.Timestamp or CelKind.Type;

    public static CelDecl List(CelDecl item) => new(CelKind.List, $"list({item.Name})") { Element = item, MinSize = 2 };

    /// <summary>A map; its keys are strings, but for those that expressions make.</summary>
    public static CelDecl Map(CelDecl value) => new(CelKind.Map, $"map(string, {value.Name})") { Element = value, MinSize = 2 };

    public static CelDecl Optional(CelDecl value) => new(CelKind.Optional, $"optional_type({value.Name})") { Element = value };
}
