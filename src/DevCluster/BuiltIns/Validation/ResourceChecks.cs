using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Amounts of resources: what containers ask for, quotas and limit ranges.</summary>
internal static class ResourceChecks
{
    private static readonly string[] OfContainers = ["cpu", "memory", "ephemeral-storage"];

    private static readonly string[] Counted =
    [
        "pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports",
        "services.loadbalancers",
    ];

    private static readonly string[] OfQuotas =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu", "limits.memory",
        "limits.ephemeral-storage", .. Counted,
    ];

    private static readonly string[] OfPods = ["pods", "cpu", "memory", "limits.cpu", "limits.memory", "requests.cpu", "requests.memory"];

    private static readonly string[] Scopes =
        ["Terminating", "NotTerminating", "BestEffort", "NotBestEffort", "PriorityClass", "VolumeAttributesClass", "CrossNamespacePodAffinity"];

    public static void Requirements(Subject resources)
    {
        // The resources of a claim are none of a container.
        if (resources.Parent!.Type.Name is not ("core/Container" or "core/PodSpec"))
            return;
        var (limits, requests) = (resources.Value.Object("limits") ?? [], resources.Value.Object("requests") ?? []);
        foreach (var (name, limit) in limits)
            Container(resources, $"limits[{name}]", name, limit!);
        foreach (var (name, request) in requests)
        {
            Container(resources, $"requests[{name}]", name, request!);
            if (limits[name] is { } limit)
            {
                var order = Quantity.Parse(request!.ToString()).CompareTo(Quantity.Parse(limit.ToString()));
                if (order != 0 && !AllowsOvercommit(name))
                    resources.Invalid("requests", request, $"must be equal to {name} limit of {limit}");
                else if (order > 0)
                    resources.Invalid("requests", request, $"must be less than or equal to {name} limit of {limit}");
            }
            else if (!AllowsOvercommit(name))
            {
                resources.Required("limits", "Limit must be set for non overcommitable resources");
            }
        }

        var all = limits.Concat(requests).Select(pair => pair.Key).ToList();
        if (all.Any(IsHugePages) && !all.Contains("cpu") && !all.Contains("memory"))
            resources.ForbiddenHere("HugePages require cpu or memory");
        if (resources.Parent.Type.Name == "core/PodSpec")
            resources.Forbid("claims", "claims may not be set for Resources at pod-level");
    }

    public static void Quota(Subject quota)
    {
        var spec = quota.In("spec")!;
        var hard = spec.Value.Object("hard") ?? [];
        foreach (var (name, amount) in hard)
        {
            if (!Named(spec, $"hard[{name}]", name))
                continue;
            if (!name.Contains('/', StringComparison.Ordinal) && !OfQuotas.Contains(name) && !IsHugePages(name.Replace("requests.", "", StringComparison.Ordinal)))
                spec.Invalid($"hard[{name}]", name, "must be a standard resource for quota");
            Amount(spec, $"hard[{name}]", name, amount!);
        }

        var scopes = spec.Texts("scopes");
        foreach (var scope in scopes)
            Scope(spec, "scopes", scope, hard);
        Conflicts(spec, "scopes", scopes);
        var selector = (spec["scopeSelector"].List("matchExpressions") ?? []).OfType<JsonObject>().ToList();
        const string At = "scopeSelector.matchExpressions";
        foreach (var requirement in selector)
        {
            var (scope, operation, values) = (requirement.Text("scopeName") ?? "", requirement.Text("operator") ?? "", requirement.List("values")?.Count ?? 0);
            if (!Scopes.Contains(scope))
                spec.Invalid($"{At}.scopeName", scope, ["unsupported scope"]);
            else
                Scope(spec, At, scope, hard);
            if (scope is "BestEffort" or "NotBestEffort" or "Terminating" or "NotTerminating" or "CrossNamespacePodAffinity" && operation != "Exists")
                spec.Invalid($"{At}.operator", operation, ["must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity"]);
            if (operation is "In" or "NotIn" && values == 0)
                spec.Required($"{At}.values", "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
            else if (operation is "Exists" or "DoesNotExist" && values > 0)
                spec.Invalid($"{At}.values", requirement["values"], "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
            else if (operation is not ("In" or "NotIn" or "Exists" or "DoesNotExist"))
                spec.Invalid($"{At}.operator", operation, ["not a valid selector operator"]);
        }

        Conflicts(spec, At, [.. selector.Select(requirement => requirement.Text("scopeName") ?? "")]);
        if (quota.Old is not null && !scopes.Order().SequenceEqual((quota.Old["spec"].List("scopes") ?? []).Select(scope => scope!.ToString()).Order()))
            spec.Invalid("scopes", "field is immutable");
    }

    public static void LimitRangeItem(Subject item)
    {
        var type = item.Text("type");
        if (Names.QualifiedName(type).ToList() is { Count: > 0 } wrong)
            item.Invalid("type", type, wrong);
        else if (!type.Contains('/', StringComparison.Ordinal) && type is not ("Pod" or "Container" or "PersistentVolumeClaim"))
            item.Invalid("type", "must be a standard limit type or fully qualified");
        if (type == "Pod")
        {
            item.Forbid("default", "may not be specified when `type` is 'Pod'");
            item.Forbid("defaultRequest", "may not be specified when `type` is 'Pod'");
        }

        if (type == "PersistentVolumeClaim" && item.Value.Dig("min", "storage") is null && item.Value.Dig("max", "storage") is null)
            item.Required("limits", "either minimum or maximum storage value is required, but neither was provided");
        string[] fields = type == "Pod" ? ["max", "min", "maxLimitRequestRatio"] : ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"];
        foreach (var field in fields)
        {
            foreach (var (name, _) in item.Value.Object(field) ?? [])
            {
                if (type is "Pod" or "Container")
                    ContainerName(item, $"{field}[{name}]", name);
                else
                    Named(item, $"{field}[{name}]", name);
            }
        }

        foreach (var name in fields.SelectMany(field => item.Value.Object(field) ?? []).Select(pair => pair.Key).Distinct())
            Ordered(item, name, type != "Pod");
    }

    private static void Ordered(Subject item, string name, bool hasDefaults)
    {
        Quantity? Of(string field) => item.Value.Dig(field, name) is { } amount ? Quantity.Parse(amount.ToString()) : null;
        void Above(string field, Quantity? less, Quantity? more, string detail)
        {
            if (less is { } a && more is { } b && a.CompareTo(b) > 0)
                item.Invalid($"{field}[{name}]", a.ToString(), [detail]);
        }

        var (min, max, ratio) = (Of("min"), Of("max"), Of("maxLimitRequestRatio"));
        var (limit, request) = hasDefaults ? (Of("default"), Of("defaultRequest")) : (null, null);
        Above("min", min, max, $"min value {min} is greater than max value {max}");
        Above("defaultRequest", min, request, $"min value {min} is greater than default request value {request}");
        Above("defaultRequest", request, max, $"default request value {request} is greater than max value {max}");
        Above("defaultRequest", request, limit, $"default request value {request} is greater than default limit value {limit}");
        Above("default", min, limit, $"min value {min} is greater than default value {limit}");
        Above("default", limit, max, $"default value {limit} is greater than max value {max}");
        Above("maxLimitRequestRatio", ratio is null ? null : new Quantity(1, 0), ratio, $"ratio {ratio} is less than 1");
        if (!AllowsOvercommit(name) && limit is { } l && request is { } r && l.CompareTo(r) != 0)
            item.Invalid($"defaultRequest[{name}]", r.ToString(), [$"default value {l} must equal to defaultRequest value {r} in {name}"]);
    }

    private static void Container(Subject resources, string field, string name, JsonNode amount)
    {
        ContainerName(resources, field, name);
        Amount(resources, field, name, amount);
    }

    private static void ContainerName(Subject subject, string field, string name)
    {
        if (!Named(subject, field, name))
            return;
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            if (!OfContainers.Contains(name) && !IsHugePages(name))
                subject.Invalid(field, name, ["must be a standard resource for containers"]);
        }
        else if (!name.Contains("kubernetes.io/", StringComparison.Ordinal) && name.StartsWith("requests.", StringComparison.Ordinal))
        {
            subject.Invalid(field, name, ["doesn't follow extended resource name standard"]);
        }
    }

    private static bool Named(Subject subject, string field, string name)
    {
        var wrong = Names.QualifiedName(name).ToList();
        if (wrong.Count == 0 && !name.Contains('/', StringComparison.Ordinal) && !OfQuotas.Contains(name) && name != "storage" && !IsHugePages(name.Replace("requests.", "", StringComparison.Ordinal)))
            wrong.Add("must be a standard resource type or fully qualified");
        subject.Invalid(field, name, wrong);
        return wrong.Count == 0 || wrong[0].StartsWith("must be a standard", StringComparison.Ordinal);
    }

    private static void Amount(Subject subject, string field, string name, JsonNode amount)
    {
        var quantity = Quantity.Parse(amount.ToString());
        if (quantity.Sign < 0)
            subject.Invalid(field, amount, "must be greater than or equal to 0");
        if ((Counted.Contains(name) || !IsNative(name)) && !quantity.IsWhole)
            subject.Invalid(field, amount, "must be an integer");
    }

    private static void Scope(Subject spec, string field, string scope, JsonObject hard)
    {
        if (!Scopes.Contains(scope))
            spec.Invalid(field, scope, ["unsupported scope"]);
        foreach (var (name, _) in hard.Where(pair => OfQuotas.Contains(pair.Key)))
        {
            var fits = scope switch
            {
                "BestEffort" => name == "pods",
                "VolumeAttributesClass" => name is "persistentvolumeclaims" or "requests.storage",
                "Terminating" or "NotTerminating" or "NotBestEffort" or "PriorityClass" or "CrossNamespacePodAffinity" => OfPods.Contains(name),
                _ => true,
            };
            if (!fits)
                spec.Invalid(field, spec.Value.Dig(field.Split('.')), "unsupported scope applied to resource");
        }
    }

    private static void Conflicts(Subject spec, string field, List<string> scopes)
    {
        foreach (var (one, other) in new[] { ("BestEffort", "NotBestEffort"), ("Terminating", "NotTerminating") })
        {
            if (scopes.Contains(one) && scopes.Contains(other))
                spec.Invalid(field, spec.Value.Dig(field.Split('.')), "conflicting scopes");
        }
    }

    private static bool IsHugePages(string name) => name.StartsWith("hugepages-", StringComparison.Ordinal);

    private static bool IsNative(string name) => !name.Contains('/', StringComparison.Ordinal) || name.Contains("kubernetes.io/", StringComparison.Ordinal);

    private static bool AllowsOvercommit(string name) => IsNative(name) && !IsHugePages(name);
}
