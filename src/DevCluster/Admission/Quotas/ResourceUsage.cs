using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Admission.Quotas;

/// <summary>What an object uses of the resources that quotas limit by number (Kubernetes, <c>pkg/quota/v1/evaluator</c>).</summary>
internal static class ResourceUsage
{
    private const string CountPrefix = "count/";

    /// <summary>The resources that quotas could count before <c>count/…</c> existed, under their plain names.</summary>
    private static readonly HashSet<string> Plain =
        ["pods", "services", "configmaps", "secrets", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas"];

    /// <summary>What one object uses.</summary>
    /// <param name="resource"><c>plural.group</c>.</param>
    /// <param name="obj">The object.</param>
    public static IEnumerable<KeyValuePair<string, long>> Of(string resource, JsonObject obj)
    {
        yield return new(CountPrefix + resource, 1);
        if (resource == "pods" ? !IsTerminal(obj) : Plain.Contains(resource))
            yield return new(resource, 1);
        if (resource != "services")
            yield break;
        var (type, ports) = (obj["spec"].Text("type"), obj["spec"].List("ports") ?? []);
        if (type == "LoadBalancer")
            yield return new("services.loadbalancers", 1);
        var nodePorts = type switch
        {
            "NodePort" => ports.Count,
            "LoadBalancer" when obj["spec"]!["allocateLoadBalancerNodePorts"]?.GetValue<bool>() == false => ports.Count(port => port.Number("nodePort") > 0),
            "LoadBalancer" => ports.Count,
            _ => 0,
        };
        if (nodePorts > 0)
            yield return new("services.nodeports", nodePorts);
    }

    /// <summary>The resource (<c>plural.group</c>) that a name in a quota counts, or null for one that is not counted.</summary>
    public static string? Counted(string name) =>
        name.StartsWith(CountPrefix, StringComparison.Ordinal) ? name[CountPrefix.Length..]
        : Plain.Contains(name) ? name
        : name is "services.loadbalancers" or "services.nodeports" ? "services"
        : null;

    /// <summary>Whether each object of a resource uses the same, whatever is in it.</summary>
    public static bool IsUniform(string resource) => resource is not ("pods" or "services");

    private static bool IsTerminal(JsonObject pod) => pod["status"].Text("phase") is "Failed" or "Succeeded";
}
