using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Policies;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas.Cel;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>What admission has to know of the cluster besides the request.</summary>
internal sealed class AdmissionLookup(ObjectStore store, ResourceRegistry registry, Authorizer authorizer)
{
    public PolicyParams Params { get; } = new(store, registry);

    /// <summary>A namespace; null when it does not exist.</summary>
    public JsonObject? Namespace(string name) => name.Length == 0 ? null : store.Find("namespaces", "", name)?.Parse();

    /// <summary>All resources by which the objects of a resource can be reached: its versions, and other groups over the same objects.</summary>
    public IReadOnlyList<ResourceInfo> VersionsOf(ResourceInfo resource) => [.. registry.All.Where(other => other.StoreName == resource.StoreName && other.Kind == resource.Kind)];

    /// <summary>The <c>authorizer</c> of expressions.</summary>
    public CelAuthorizer AuthorizerFor(AdmissionAttributes request) => new(
        (account, access) => Decide(account is { } named ? ServiceAccount(named.Namespace, named.Name) : request.By.User, access), null, new CelAccess
        {
            Group = request.Resource.Group,
            Resource = request.Resource.Plural,
            Subresource = request.Subresource ?? "",
            Namespace = request.Namespace,
            Name = request.Name,
        });

    private CelDecision Decide(UserInfo user, CelAccess access)
    {
        var attributes = access.Path is { } path
            ? RequestAttributes.OfPath(user, access.Verb, path)
            : RequestAttributes.Of(user, access.Verb, access.Group, access.Resource, NullIfEmpty(access.Subresource), NullIfEmpty(access.Namespace), NullIfEmpty(access.Name));
        return new CelDecision(authorizer.Allows(attributes, out var reason), reason);
    }

    private static UserInfo ServiceAccount(string ns, string name) => UserInfo.Of(ServiceAccounts.UserName(ns, name), ServiceAccounts.GroupsOf(ns));

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
