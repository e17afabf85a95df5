using OrleansOperator.DevCluster.Apply;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>One served version of one kind, and what is special about it.</summary>
internal sealed record ResourceInfo
{
    public required string Group { get; init; }

    public required string Version { get; init; }

    public required string Plural { get; init; }

    public required string Singular { get; init; }

    public required string Kind { get; init; }

    public string ListKind => _listKind ?? Kind + "List";

    public string? ListKindName { init => _listKind = value; }

    public IReadOnlyList<string> ShortNames { get; init; } = [];

    public IReadOnlyList<string> Categories { get; init; } = [];

    public bool Namespaced { get; init; } = true;

    public bool HasStatus { get; init; }

    public ScalePaths? Scale { get; init; }

    /// <summary>What has a path of its own besides the status and the scale.</summary>
    public IReadOnlyList<Subresource> Subresources { get; init; } = [];

    /// <summary>Custom resources differ in details: items of lists carry their kind, updates need a version, no strategic patch.</summary>
    public bool IsCustom { get; init; }

    /// <summary>Validation, defaults and what else the kind wants.</summary>
    public required KindRules Rules { get; init; }

    /// <summary>Columns of tables, without the name.</summary>
    public IReadOnlyList<TableColumn> Columns { get; init; } = TableColumn.AgeOnly;

    /// <summary>Only creation is served, as for access reviews.</summary>
    public bool CreateOnly { get; init; }

    /// <summary>Its CRD is being deleted: nothing new is taken.</summary>
    public bool IsLeaving { get; init; }

    /// <summary>The resource whose objects these are under another name, as events.k8s.io shows core Events.</summary>
    public string? StoredAs { get; init; }

    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary><c>plural.group</c>, as errors name it.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>Under which name the store keeps the objects.</summary>
    public string StoreName => StoredAs ?? QualifiedName;

    /// <summary>The fields that a write cannot set, and that nobody comes to own by it.</summary>
    /// <param name="subresource">The subresource it goes through, or null.</param>
    public FieldSet ResetFields(string? subresource)
    {
        var set = new FieldSet();
        IEnumerable<string> paths = subresource switch
        {
            null => HasStatus ? ["status"] : [],
            "status" => Rules.StatusResets,
            _ => [],
        };
        foreach (var path in paths)
            set.Insert([.. path.Split('.').Select(PathElement.Field)]);
        return set;
    }

    private readonly string? _listKind;
}
