namespace OrleansOperator;

/// <summary>Which resource of the API server a record stands for.</summary>
/// <param name="group">API group; empty for the core group.</param>
/// <param name="version">API version, such as <c>v1</c>.</param>
/// <param name="plural">Plural name as it stands in paths, such as <c>websites</c>.</param>
/// <param name="kind">Kind as it stands in objects, such as <c>Website</c>.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KindAttribute(string group, string version, string plural, string kind) : Attribute
{
    /// <summary>API group.</summary>
    public string Group => group;

    /// <summary>API version.</summary>
    public string Version => version;

    /// <summary>Plural name.</summary>
    public string Plural => plural;

    /// <summary>Kind.</summary>
    public string Kind => kind;

    /// <summary>Whether its objects have no namespace.</summary>
    public bool IsClusterScoped { get; init; }
}
