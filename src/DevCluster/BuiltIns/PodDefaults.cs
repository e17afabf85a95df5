using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>The defaults of a pod, and of a pod template.</summary>
internal static class PodDefaults
{
    public static void Apply(JsonObject template)
    {
        // Go's decoder keeps an empty metadata; so does the answer.
        template.Ensure("metadata");
        var spec = template.Ensure("spec");
        foreach (var list in new[] { "containers", "initContainers" })
        {
            foreach (var container in (spec.List(list) ?? []).OfType<JsonObject>())
                Container(container);
        }

        spec.Default("restartPolicy", "Always");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Ensure("securityContext");
        spec.Default("schedulerName", "default-scheduler");
        if (spec.Text("serviceAccountName") is { } account)
            spec.Default("serviceAccount", account);
    }

    private static void Container(JsonObject container)
    {
        container.Ensure("resources");
        container.Default("terminationMessagePath", "/dev/termination-log");
        container.Default("terminationMessagePolicy", "File");
        if (container.Text("image") is { Length: > 0 } image)
            container.Default("imagePullPolicy", IsLatest(image) ? "Always" : "IfNotPresent");
        foreach (var port in (container.List("ports") ?? []).OfType<JsonObject>())
            port.Default("protocol", "TCP");
        foreach (var probe in new[] { "livenessProbe", "readinessProbe", "startupProbe" })
        {
            if (container.Object(probe) is { } settings)
                Probe(settings);
        }
    }

    private static void Probe(JsonObject probe)
    {
        probe.Default("timeoutSeconds", 1);
        probe.Default("periodSeconds", 10);
        probe.Default("successThreshold", 1);
        probe.Default("failureThreshold", 3);
        if (probe.Object("httpGet") is { } get)
        {
            get.Default("path", "/");
            get.Default("scheme", "HTTP");
        }
    }

    private static bool IsLatest(string image)
    {
        var name = image[(image.LastIndexOf('/') + 1)..];
        if (name.Contains('@', StringComparison.Ordinal))
            return false;
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 || name[(colon + 1)..] == "latest";
    }
}
