namespace OrleansOperator.KubeApi;

/// <summary>A kind of resource and where the API server serves it.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version, such as <c>v1</c>.</param>
/// <param name="Plural">Plural name as it stands in paths, such as <c>deployments</c>.</param>
/// <param name="Kind">Kind as it stands in objects, such as <c>Deployment</c>.</param>
public sealed record ResourceType(string Group, string Version, string Plural, string Kind)
{
    /// <summary>Whether its objects have no namespace.</summary>
    public bool IsClusterScoped { get; init; }

    /// <summary>The <c>apiVersion</c> of its objects: <c>group/version</c>, or <c>version</c> in the core group.</summary>
    public string ApiVersion => Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The name of the kind in errors and metrics: <c>plural.group</c>.</summary>
    public string QualifiedName => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>Path of the collection in one namespace, or in all when <paramref name="ns"/> is null. For kinds of cluster scope it is null or empty.</summary>
    /// <exception cref="ArgumentException">The namespace is no <see cref="ResourceName"/>.</exception>
    public string CollectionPath(string? ns = null) =>
        (Group.Length == 0 ? "/api/" : "/apis/") + ApiVersion
        + (ns is null || (IsClusterScoped && ns.Length == 0) ? "" : "/namespaces/" + ResourceName.InPath(ns)) + "/" + Plural;

    /// <summary>Path of one object, or of its subresource.</summary>
    /// <exception cref="ArgumentException">The namespace or the name is no <see cref="ResourceName"/>.</exception>
    public string ObjectPath(string ns, string name, string? subresource = null) =>
        CollectionPath(ns) + "/" + ResourceName.InPath(name) + (subresource is null ? "" : "/" + subresource);
}
