using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>FlowSchemas and PriorityLevelConfigurations.</summary>
internal static class FlowControlChecks
{
    private const double MaxHashBits = 60;

    private static readonly string[] Verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch", "*"];

    private static readonly Dictionary<string, string> Subjects = new() { ["ServiceAccount"] = "serviceAccount", ["User"] = "user", ["Group"] = "group" };

    public static void FlowSchema(Subject schema)
    {
        if (schema["spec"].Number("matchingPrecedence") == 1 && schema["metadata"].Text("name") != "exempt")
            schema.Invalid("spec.matchingPrecedence", "only the schema named 'exempt' may have matchingPrecedence 1");
    }

    public static void Rules(Subject rules)
    {
        if (!rules.Has("resourceRules") && !rules.Has("nonResourceRules"))
            rules.RequiredHere("at least one of resourceRules and nonResourceRules has to be non-empty");
    }

    public static void FlowSubject(Subject subject)
    {
        if (!Subjects.TryGetValue(subject.Text("kind"), out var own))
            return;
        if (subject[own] is null)
            subject.Required(own, $"{own} is required when subject kind is '{subject.Text("kind")}'");
        foreach (var (kind, field) in Subjects.Where(pair => pair.Value != own && subject[pair.Value] is not null))
            subject.Forbidden(field, $"{field} is forbidden when subject kind is not '{kind}'");
        if (subject.In("serviceAccount") is { } account && account.Has("name") && account.Text("name") != "*")
            account.Invalid("name", account.Text("name"), Names.DnsSubdomain(account.Text("name")));
    }

    public static void ResourceRule(Subject rule)
    {
        OnlyVerbs(rule);
        Alone(rule, "apiGroups", "api groups");
        Alone(rule, "resources", "resources");
        var namespaces = rule.Texts("namespaces");
        if (namespaces.Count == 0 && !rule.Value.Flag("clusterScope"))
            rule.Required("namespaces", "resource rules that are not cluster scoped must supply at least one namespace");
        Alone(rule, "namespaces", "namespaces");
        for (var i = 0; i < namespaces.Count && !namespaces.Contains("*"); i++)
            rule.Invalid($"namespaces[{i}]", namespaces[i], Names.DnsLabel(namespaces[i]).Select(wrong => "each member of this list must be '*' or a DNS-1123 label; " + wrong));
    }

    public static void PathRule(Subject rule)
    {
        OnlyVerbs(rule);
        var paths = rule.Texts("nonResourceURLs");
        if (paths.Contains("*"))
        {
            Alone(rule, "nonResourceURLs", "non-resource URLs");
            return;
        }

        for (var i = 0; i < paths.Count; i++)
        {
            var stars = paths[i].Count(letter => letter == '*');
            var wrong = paths[i] switch
            {
                "" => "must not be empty",
                "/" => null,
                _ when !paths[i].StartsWith('/') => "must start with slash",
                _ when paths[i].Contains(' ', StringComparison.Ordinal) => "must not contain white-space",
                _ when paths[i].Contains("//", StringComparison.Ordinal) => "must not contain double slash",
                _ when stars > 1 || (stars == 1 && !paths[i].EndsWith("/*", StringComparison.Ordinal)) => "wildcard can only do suffix matching",
                _ => null,
            };
            if (wrong is not null)
                rule.Invalid($"nonResourceURLs[{i}]", paths[i], [wrong]);
        }
    }

    public static void PriorityLevel(Subject level)
    {
        var spec = level.In("spec")!;
        var type = spec.Text("type");
        if ((level["metadata"].Text("name") == "exempt") != (type == "Exempt"))
            spec.Invalid("type", "type must be 'Exempt' if and only if name is 'exempt'");
        switch (type)
        {
            case "Exempt":
                spec.Forbid("limited", "must be nil if the type is not Limited");
                break;
            case "Limited":
                spec.Forbid("exempt", "must be nil if the type is Limited");
                if (spec["limited"] is null)
                    spec.Required("limited", "must not be empty when type is Limited");
                break;
            default:
                spec.NotSupported("type", "Exempt", "Limited");
                break;
        }
    }

    public static void LimitResponse(Subject response)
    {
        if (response.Text("type") == "Reject")
            response.Forbid("queuing", "must be nil if limited.limitResponse.type is not Limited");
        else if (response.Text("type") == "Queue" && response["queuing"] is null)
            response.Required("queuing", "must not be empty if limited.limitResponse.type is Limited");
    }

    public static void Queuing(Subject queuing)
    {
        var (queues, hand) = (queuing.Number("queues") ?? 0, queuing.Number("handSize") ?? 0);
        if (hand <= 0 || queues <= 0)
            return;
        if (hand > queues)
            queuing.Invalid("handSize", $"should not be greater than queues ({queues})");
        else if (Enumerable.Range(0, (int)hand).Sum(dealt => Math.Log2(queues - dealt)) > MaxHashBits)
            queuing.Invalid("handSize", $"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {MaxHashBits}");
    }

    private static void OnlyVerbs(Subject rule)
    {
        var verbs = rule.Texts("verbs");
        if (verbs.Contains("*"))
            Alone(rule, "verbs", "verbs");
        else if (verbs.Except(Verbs).Any())
            rule.NotSupported("verbs", Verbs);
    }

    private static void Alone(Subject rule, string field, string what)
    {
        var values = rule.Texts(field);
        if (values.Count > 1 && values.Contains("*"))
            rule.Invalid(field, $"if '*' is present, must not specify other {what}");
    }
}
