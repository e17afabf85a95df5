using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Containers of pods.</summary>
internal static class ContainerChecks
{
    private static readonly string[] Handlers = ["exec", "httpGet", "tcpSocket", "grpc", "sleep"];

    private static readonly string[] EnvSources = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

    private static readonly string[] NotEphemeral =
        ["ports", "resources", "livenessProbe", "readinessProbe", "startupProbe", "lifecycle", "resizePolicy", "restartPolicy", "restartPolicyRules"];

    private static readonly string[] EnvPaths =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs",
        "status.podIP", "status.podIPs",
    ];

    private static readonly string[] FilePaths = ["metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"];

    private static readonly string[] ResourcePaths =
        ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];

    private static readonly string[] Divisors = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

    public static void Container(Subject container)
    {
        var isInit = container.Path.Contains(".initContainers[", StringComparison.Ordinal);
        var policy = container.Text("restartPolicy");
        PortNames(container);
        if (isInit && policy != "Always")
        {
            foreach (var field in new[] { "lifecycle", "livenessProbe", "readinessProbe", "startupProbe" })
                container.Forbid(field, "may not be set for init containers without restartPolicy=Always");
        }
        else
        {
            Probes(container);
        }

        RestartRules(container, isInit);
        if (container.In("lifecycle") is { } lifecycle && lifecycle.Has("stopSignal") && container.Parent!.Value.Object("os") is null)
            lifecycle.Forbidden("stopSignal", "may not be set for containers with empty `spec.os.name`");
    }

    public static void Ephemeral(Subject container)
    {
        foreach (var field in NotEphemeral)
        {
            if (container.Has(field) && container.Value[field] is not JsonObject { Count: 0 })
                container.Forbidden(field, "cannot be set for an Ephemeral Container");
        }

        foreach (var mount in container.Items("volumeMounts"))
        {
            mount.Forbid("subPath", "cannot be set for an Ephemeral Container");
            mount.Forbid("subPathExpr", "cannot be set for an Ephemeral Container");
        }
    }

    public static void Port(Subject port)
    {
        if (port.Number("hostPort") is { } host and not 0 && host is < 1 or > 65535)
            port.Invalid("hostPort", "must be between 1 and 65535, inclusive");
    }

    public static void ResizePolicy(Subject policy)
    {
        var list = policy.Path[..policy.Path.LastIndexOf('[')];
        Choice("resourceName", ["cpu", "memory"]);
        Choice("restartPolicy", ["NotRequired", "RestartContainer"]);
        if (policy.Parent!.Parent!.Text("restartPolicy") == "Never" && policy.Text("restartPolicy") != "NotRequired")
            policy.Errors.Add(Schemas.FieldError.Invalid(list, Subject.Shown(policy["restartPolicy"]), "must be 'NotRequired' when `restartPolicy` is 'Never'"));

        void Choice(string field, string[] supported)
        {
            if (!policy.Has(field))
                policy.Errors.Add(Schemas.FieldError.Required(list));
            else if (!supported.Contains(policy.Text(field)))
                policy.Errors.Add(Schemas.FieldError.NotSupported(list, Subject.Shown(policy[field]), supported));
        }
    }

    public static void EnvVar(Subject variable)
    {
        if (variable.Value.Object("valueFrom") is not { } source)
            return;
        var count = EnvSources.Count(field => source[field] is not null);
        if (count == 0)
            variable.Invalid("valueFrom", "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        else if (variable.Has("value"))
            variable.Invalid("valueFrom", "", "may not be specified when `value` is not empty");
        else if (count > 1)
            variable.Invalid("valueFrom", "", "may not have more than one field specified at a time");
    }

    public static void EnvFrom(Subject source)
    {
        var list = source.Path[..source.Path.LastIndexOf('[')];
        var count = (source.Has("configMapRef") ? 1 : 0) + (source.Has("secretRef") ? 1 : 0);
        if (count == 0)
            source.Errors.Add(Schemas.FieldError.InvalidText(list, "", "must specify one of: `configMapRef` or `secretRef`"));
        else if (count > 1)
            source.Errors.Add(Schemas.FieldError.InvalidText(list, "", "may not have more than one field specified at a time"));
    }

    /// <summary>A field of the pod, for a variable or for a file.</summary>
    public static void ObjectFieldSelector(Subject selector)
    {
        var path = selector.Text("fieldPath");
        if (path.Length == 0)
        {
            selector.Required("fieldPath");
            return;
        }

        var isFile = !selector.Path.Contains(".env[", StringComparison.Ordinal);
        var (bracket, known) = (path.IndexOf("['", StringComparison.Ordinal), isFile ? FilePaths : EnvPaths);
        if (bracket > 0 && path.EndsWith("']", StringComparison.Ordinal))
        {
            var (map, key) = (path[..bracket], path[(bracket + 2)..^2]);
            if (map is not ("metadata.annotations" or "metadata.labels"))
                selector.Errors.Add(Schemas.FieldError.InvalidText(selector.Path, map, "does not support subscript"));
            foreach (var wrong in Names.QualifiedName(map == "metadata.annotations" ? key.ToLowerInvariant() : key))
                selector.Errors.Add(Schemas.FieldError.InvalidText(selector.Path, key, wrong));
        }
        else if (!known.Contains(path))
        {
            if (!EnvPaths.Contains(path) && !FilePaths.Contains(path))
                selector.Invalid("fieldPath", $"error converting fieldPath: field label not supported: {path}");
            selector.NotSupported("fieldPath", known);
        }
    }

    public static void ResourceFieldSelector(Subject selector)
    {
        var resource = selector.Text("resource");
        if (!selector.Path.Contains(".env[", StringComparison.Ordinal) && !selector.Has("containerName"))
            selector.Required("containerName");
        else if (resource.Length == 0)
            selector.Required("resource");
        else if (!ResourcePaths.Contains(resource) && !resource.StartsWith("limits.hugepages-", StringComparison.Ordinal) && !resource.StartsWith("requests.hugepages-", StringComparison.Ordinal))
            selector.NotSupported("resource", ResourcePaths);
        var divisor = selector.Text("divisor");
        if (divisor is "" or "0")
            return;
        if (resource.EndsWith(".cpu", StringComparison.Ordinal) ? divisor is not ("1m" or "1") : !Divisors.Contains(divisor))
            selector.Invalid("divisor", resource, "it is not among the divisors that are supported with this resource");
    }

    /// <summary>A probe or a hook does exactly one thing.</summary>
    public static void Handler(Subject handler)
    {
        var given = Handlers.Where(handler.Has).ToList();
        if (given.Count == 0)
            handler.RequiredHere("must specify a handler type");
        foreach (var other in given.Skip(1))
            handler.Forbidden(other, "may not specify more than 1 handler type");
        if (handler.In("sleep") is not { } sleep)
            return;
        var pod = handler;
        while (pod.Type.Name != "core/PodSpec")
            pod = pod.Parent!;
        var (seconds, grace) = (sleep.Number("seconds") ?? 0, pod.Number("terminationGracePeriodSeconds") ?? 0);
        if (seconds < 0 || seconds > grace)
            sleep.InvalidHere($"must be non-negative and less than terminationGracePeriodSeconds ({grace})");
    }

    public static void Header(Subject header)
    {
        foreach (var wrong in Names.HttpHeader(header.Text("name")))
            header.Errors.Add(Schemas.FieldError.InvalidText(header.Path[..header.Path.LastIndexOf('[')], header.Text("name"), wrong));
    }

    private static void PortNames(Subject container)
    {
        var seen = new HashSet<string>();
        foreach (var port in container.Items("ports").Where(port => port.Has("name") && !Names.PortName(port.Text("name")).Any()))
        {
            if (!seen.Add(port.Text("name")))
                port.Duplicate("name", port.Text("name"));
        }
    }

    private static void Probes(Subject container)
    {
        foreach (var field in new[] { "livenessProbe", "startupProbe" })
        {
            if (container.In(field) is { } probe && probe.Number("successThreshold") != 1)
                probe.Invalid("successThreshold", "must be 1");
        }

        if (container.In("readinessProbe") is { } readiness && readiness["terminationGracePeriodSeconds"] is not null)
            readiness.Invalid("terminationGracePeriodSeconds", "must not be set for readinessProbes");
    }

    private static void RestartRules(Subject container, bool isInit)
    {
        var rules = container.Items("restartPolicyRules").ToList();
        if (isInit && container.Text("restartPolicy") == "Always")
        {
            container.Forbid("restartPolicyRules", "restartPolicyRules are not allowed for init containers with restart policy Always");
            return;
        }

        if (container["restartPolicy"] is null && rules.Count > 0 && !isInit)
            container.Required("restartPolicy", "must specify restartPolicy when restart rules are used");
        else if (container["restartPolicy"] is not null && container.Text("restartPolicy") is not ("Always" or "Never" or "OnFailure"))
            container.NotSupported("restartPolicy", "Always", "Never", "OnFailure");
        foreach (var rule in rules)
        {
            if (rule.Text("action") != "Restart")
                rule.NotSupported("action", "Restart");
            if (rule.In("exitCodes") is not { } codes)
                rule.Required("exitCodes", "must be specified");
            else if (codes.Text("operator") is not ("In" or "NotIn"))
                codes.NotSupported("operator", "In", "NotIn");
        }
    }
}
