namespace OrleansOperator.KubeApi.Access;

/// <summary>
/// One verb on one kind of resource that this operator uses and that RBAC has to allow. Each component declares its own beside
/// the code that sends the requests; together they are the operator's RBAC rules.
/// </summary>
/// <param name="Verb">The verb as RBAC names it, such as <c>list</c>.</param>
/// <param name="Resource">The kind.</param>
/// <param name="Reason">What it is for: completes "without it the operator cannot …", such as <c>tell users what happened</c>.</param>
public sealed record PermissionRequirement(string Verb, ResourceType Resource, string Reason)
{
    /// <summary>The subresource, such as <c>status</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }

    /// <summary>Where it is needed.</summary>
    public PermissionScope Scope { get; init; } = PermissionScope.Watched;

    /// <summary>What it means when it is missing.</summary>
    public PermissionNeed Need { get; init; } = PermissionNeed.Required;

    /// <summary>The namespaces it is needed in, as configured; empty for all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>The resource as RBAC and error messages name it: <c>plural.group</c>, with <c>/subresource</c> where there is one.</summary>
    public string QualifiedResource => Resource.QualifiedName + (Subresource is null ? "" : "/" + Subresource);
}
