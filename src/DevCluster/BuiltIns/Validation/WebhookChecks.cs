using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Configurations of admission webhooks (Kubernetes, <c>pkg/apis/admissionregistration/validation</c>).</summary>
internal static class WebhookChecks
{
    private const string UrlFormat = "; desired format: https://host[:port]/path";
    private const int MaxTimeout = 30;

    private static readonly string[] Operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

    public static void Configuration(Subject configuration)
    {
        var names = new HashSet<string>();
        foreach (var webhook in configuration.Items("webhooks").Where(webhook => !names.Add(webhook.Text("name"))))
            webhook.Duplicate("name", webhook.Text("name"));
    }

    public static void Webhook(Subject webhook)
    {
        if (!webhook.Has("name"))
            webhook.Required("name");
        else
            webhook.Invalid("name", webhook.Text("name"), FullyQualified(webhook.Text("name")));
        if (webhook["failurePolicy"] is not null && webhook.Text("failurePolicy") is not ("Fail" or "Ignore"))
            webhook.NotSupported("failurePolicy", "Fail", "Ignore");
        if (webhook["matchPolicy"] is not null && webhook.Text("matchPolicy") is not ("Equivalent" or "Exact"))
            webhook.NotSupported("matchPolicy", "Equivalent", "Exact");
        if (!webhook.Has("sideEffects"))
            webhook.Required("sideEffects", "must specify one of None, NoneOnDryRun");
        else if (webhook.Text("sideEffects") is not ("None" or "NoneOnDryRun"))
            webhook.NotSupported("sideEffects", "None", "NoneOnDryRun");
        if (webhook.Number("timeoutSeconds") is < 1 or > MaxTimeout)
            webhook.Invalid("timeoutSeconds", "the timeout value must be between 1 and 30 seconds");
        Client(webhook);
        Versions(webhook);
        ExpressionChecks.MatchConditions(webhook, "matchConditions", hasParams: false);
    }

    public static void Rule(Subject rule)
    {
        foreach (var field in new[] { "operations", "apiGroups", "apiVersions", "resources" })
        {
            if (!rule.Has(field))
                rule.Required(field);
            else if (rule.Texts(field) is { Count: > 1 } values && values.Contains("*") && field != "resources")
                rule.Invalid(field, "if '*' is present, must not specify other " + (field switch { "apiGroups" => "API groups", "apiVersions" => "API versions", _ => field }));
        }

        var operations = rule.Texts("operations");
        for (var i = 0; i < operations.Count; i++)
        {
            if (!Operations.Contains(operations[i]))
                rule.Errors.Add(Schemas.FieldError.NotSupported($"{rule.At("operations")}[{i}]", GoText.Quote(operations[i]), Operations));
        }

        if (rule.Has("scope") && rule.Text("scope") is not ("*" or "Cluster" or "Namespaced"))
            rule.NotSupported("scope", "*", "Cluster", "Namespaced");
    }

    private static void Client(Subject webhook)
    {
        if (webhook.In("clientConfig") is not { } client)
            return;
        if (client["url"] is null == client["service"] is null)
        {
            client.RequiredHere("exactly one of url or service is required");
            return;
        }

        if (client["url"] is not null)
            client.Invalid("url", client.Text("url"), Url(client.Text("url")));
        if (client.In("service") is not { } service)
            return;
        if (!service.Has("name"))
            service.Required("name", "service name is required");
        if (!service.Has("namespace"))
            service.Required("namespace", "service namespace is required");
        if (service.Number("port") is < 1 or > 65535)
            service.Invalid("port", "port is not valid: must be between 1 and 65535, inclusive");
        if (service.Has("path") && !service.Text("path").StartsWith('/'))
            service.Invalid("path", "must start with a '/'");
    }

    private static void Versions(Subject webhook)
    {
        var versions = webhook.Texts("admissionReviewVersions");
        if (versions.Count == 0)
            webhook.Required("admissionReviewVersions", "must specify one of v1, v1beta1");
        else if (!versions.Exists(version => version is "v1" or "v1beta1"))
            webhook.Invalid("admissionReviewVersions", "must include at least one of v1, v1beta1");
    }

    private static List<string> FullyQualified(string name) => Names.DnsSubdomain(name, isPrefix: false).ToList() is { Count: > 0 } errors ? errors
        : name.Split('.').Length < 3 ? ["should be a domain with at least three segments separated by dots"] : [];

    private static IEnumerable<string> Url(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url))
            return [$"url must be a valid URL{UrlFormat}"];
        return
        [
            .. url.Scheme != "https" ? [$"'https' is the only allowed URL scheme{UrlFormat}"] : (string[])[],
            .. url.Host.Length == 0 ? [$"host must be specified{UrlFormat}"] : (string[])[],
            .. url.UserInfo.Length > 0 ? [$"user information is not permitted in the URL{UrlFormat}"] : (string[])[],
            .. url.Fragment.Length > 0 ? [$"fragments are not permitted in the URL{UrlFormat}"] : (string[])[],
            .. url.Query.Length > 0 ? [$"query parameters are not permitted in the URL{UrlFormat}"] : (string[])[],
        ];
    }
}
