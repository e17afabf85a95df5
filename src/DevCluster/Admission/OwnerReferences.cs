using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>
/// The admission plugin OwnerReferencesPermissionEnforcement: owners are changed only by who may delete the object, and made to wait for it only by
/// who may set their finalizers (Kubernetes, <c>plugin/pkg/admission/gc</c>). Some distributions have it, OpenShift among them.
/// </summary>
internal sealed class OwnerReferences(Authorizer authorizer, ResourceRegistry registry)
{
    /// <exception cref="Http.ApiException">403.</exception>
    public void Validate(AdmissionAttributes request)
    {
        var (owners, before) = (OwnersOf(request.Object), OwnersOf(request.OldObject));
        if (request.Object is null || JsonNode.DeepEquals(owners, before) || (request.Resource.StoreName == "pods" && request.Subresource == "status"))
            return;
        var delete = RequestAttributes.Of(request.By.User, "delete", request.Resource.Group, request.Resource.Plural, request.Subresource, NullIfEmpty(request.Namespace), NullIfEmpty(request.Name));
        if (!authorizer.Allows(delete, out var reason))
            throw AdmissionErrors.Forbidden(request.Resource, request.Object, $"cannot set an ownerRef on a resource you can't delete: {reason}, <nil>");
        foreach (var owner in owners.Where(owner => owner.Flag("blockOwnerDeletion") && !before.Any(known => known.Flag("blockOwnerDeletion") && known.Text("uid") == owner.Text("uid"))))
            CheckFinalizers(request, owner!);
    }

    private void CheckFinalizers(AdmissionAttributes request, JsonNode owner)
    {
        var (version, kind) = (owner.Text("apiVersion") ?? "", owner.Text("kind") ?? "");
        var resource = registry.FindKind(version, kind) ?? throw AdmissionErrors.Forbidden(
            request.Resource, request.Object, $"cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion {version} Kind {kind}: no matches for kind \"{kind}\" in version \"{version}\"");
        var update = RequestAttributes.Of(
            request.By.User, "update", resource.Group, resource.Plural, "finalizers", resource.Namespaced ? NullIfEmpty(request.Namespace) : null, owner.Text("name"));
        if (!authorizer.Allows(update, out var reason))
            throw AdmissionErrors.Forbidden(request.Resource, request.Object, $"cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: {reason}, <nil>");
    }

    private static JsonArray OwnersOf(JsonObject? obj) => obj?["metadata"].List("ownerReferences") ?? [];

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
