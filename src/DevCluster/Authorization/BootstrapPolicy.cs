using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>
/// The roles and bindings that users expect in every cluster (Kubernetes, <c>plugin/pkg/auth/authorizer/rbac/bootstrappolicy</c>). Those for a
/// cluster's own components are left out.
/// </summary>
internal static class BootstrapPolicy
{
    public static void Create(ObjectService objects, ResourceRegistry registry)
    {
        using var stream = typeof(BootstrapPolicy).Assembly.GetManifestResourceStream("bootstrap-rbac.json")!;
        var all = JsonNode.Parse(stream)!.AsArray().Select(obj => obj!.AsObject()).ToList();
        foreach (var obj in all)
        {
            if (Aggregation.Selectors(obj) is not null)
                obj["rules"] = Aggregation.RulesOf(obj, all.Where(other => other.Text("kind") == "ClusterRole"));
            obj["apiVersion"] = $"{RbacPolicy.Group}/v1";
            objects.CreateOwn(registry.FindKind($"{RbacPolicy.Group}/v1", obj.Text("kind")!)!, null, obj.Clone());
        }
    }
}
