using System.Net;

namespace OrleansOperator.KubeApi;

/// <summary>Says in one line what has to change in a cluster before a request can succeed.</summary>
public static class AccessDiagnosis
{
    /// <summary>What the plugin says (plugin/pkg/admission/gc in kubernetes/kubernetes).</summary>
    private const string OwnerCheck = "cannot set blockOwnerDeletion";

    /// <summary>
    /// A line that names the missing permission (verb and resource), the missing CustomResourceDefinition, or the credentials
    /// that are refused; null when the error is of another kind: then the server's own message says what it is.
    /// </summary>
    public static string? Describe(KubeApiException error)
    {
        ArgumentNullException.ThrowIfNull(error);
        var (verb, resource, ns) = error.Target;
        return error.Code switch
        {
            HttpStatusCode.Unauthorized =>
                $"The API server refuses the credentials (401) for \"{verb}\" on \"{resource}\": renew the token or certificate.",
            HttpStatusCode.Forbidden when error.IsDeniedByAuthorizer => $"{Missing([verb], resource, ns)} The API server says: {error.Message}",
            HttpStatusCode.Forbidden when error.Message.Contains(OwnerCheck, StringComparison.Ordinal) =>
                $"Permission missing: \"update\" on the subresource \"finalizers\" of the owner, for \"{verb}\" on \"{resource}\" {Where(ns)}: the API server runs the "
                + "admission plugin OwnerReferencesPermissionEnforcement; grant it to this operator's service account.",
            HttpStatusCode.NotFound when IsCollection(verb) && resource.Contains('.', StringComparison.Ordinal) =>
                $"CustomResourceDefinition \"{resource}\" is missing: the API server does not know this kind; install its CRD.",
            _ => null,
        };
    }

    /// <summary>A line that names missing permissions on one resource.</summary>
    /// <param name="verbs">The verbs.</param>
    /// <param name="resource">The resource, <c>plural.group</c> with <c>/subresource</c> where there is one.</param>
    /// <param name="ns">The namespace, or null for all.</param>
    public static string Missing(IEnumerable<string> verbs, string resource, string? ns) =>
        $"Permission missing: {string.Join(", ", verbs.Select(static verb => $"\"{verb}\""))} on \"{resource}\" {Where(ns)}; "
        + $"grant it in a {(ns is null ? "ClusterRole" : "Role")} of this operator's service account.";

    private static string Where(string? ns) => ns is null ? "in all namespaces" : $"in namespace \"{ns}\"";

    // Where one object is asked for, 404 means just that object.
    private static bool IsCollection(string verb) => verb is "list" or "watch";
}
