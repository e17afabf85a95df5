using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns.Validation;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>A policy or binding is set up so that it cannot be used.</summary>
internal sealed class PolicyConfigurationException(string message) : Exception(message);

/// <summary>Finds the parameters that a binding gives a policy (apiserver, <c>admission/plugin/policy/generic</c> <c>CollectParams</c>).</summary>
internal sealed class PolicyParams(ObjectStore store, ResourceRegistry registry)
{
    /// <summary>The resource of the parameters; null for a policy without.</summary>
    /// <exception cref="PolicyConfigurationException">There is no such kind.</exception>
    public ResourceInfo? ResourceOf(JsonObject? paramKind)
    {
        if (paramKind is null)
            return null;
        var (version, kind) = (paramKind.Text("apiVersion") ?? "", paramKind.Text("kind") ?? "");
        return registry.FindKind(version, kind) ?? throw new PolicyConfigurationException($"failed to find resource referenced by paramKind: '{version}, Kind={kind}'");
    }

    /// <summary>The parameters, a policy being evaluated once for each; a single null for a policy without.</summary>
    /// <param name="kind">The resource of the parameters, or null.</param>
    /// <param name="reference">The binding's <c>paramRef</c>, or null.</param>
    /// <param name="ns">The namespace of the request; empty for cluster-wide kinds.</param>
    /// <exception cref="PolicyConfigurationException">The binding cannot be used, or wants requests without parameters denied.</exception>
    public IReadOnlyList<JsonObject?> Find(ResourceInfo? kind, JsonObject? reference, string ns)
    {
        if (kind is null || reference is null)
            return [null];
        var given = reference.Text("namespace") ?? "";
        if (!kind.Namespaced && given.Length > 0)
            throw new PolicyConfigurationException("paramRef.namespace must not be provided for a cluster-scoped `paramKind`");
        var within = !kind.Namespaced ? "" : given.Length > 0 ? given : ns;
        if (kind.Namespaced && within.Length == 0)
            throw new PolicyConfigurationException("cannot use namespaced paramRef in policy binding that matches cluster-scoped resources");
        var found = reference.Text("name") is { Length: > 0 } name
            ? store.Find(kind.StoreName, within, name) is { } named ? [named] : []
            : Selected(kind, within, reference.Object("selector") ?? []);
        if (found.Count == 0 && reference.Text("parameterNotFoundAction") == "Deny")
            throw new PolicyConfigurationException("no params found for policy binding with `Deny` parameterNotFoundAction");
        return [.. found.Select(stored => kind.Rules.FromStored(stored.Parse()))];
    }

    private List<StoredObject> Selected(ResourceInfo kind, string ns, JsonObject selector) =>
        [.. store.List(kind.StoreName).Objects.Where(stored => stored.Namespace == ns && WorkloadChecks.Selects(selector, stored.Parse()["metadata"].Object("labels")))];
}
