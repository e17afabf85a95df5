using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Matching;
using OrleansOperator.DevCluster.Admission.Policies;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Webhooks;

/// <summary>One webhook of a MutatingWebhookConfiguration or ValidatingWebhookConfiguration, ready for use.</summary>
internal sealed class Webhook
{
    private readonly MatchCriteria _criteria;
    private readonly MatchConditions _conditions;

    public Webhook(string configuration, JsonObject webhook)
    {
        Configuration = configuration;
        Name = webhook.Text("name") ?? "";
        IgnoresFailures = webhook.Text("failurePolicy") == "Ignore";
        IsReinvoked = webhook.Text("reinvocationPolicy") == "IfNeeded";
        HasSideEffects = webhook.Text("sideEffects") is not ("None" or "NoneOnDryRun");
        Timeout = TimeSpan.FromSeconds(webhook.Number("timeoutSeconds") ?? 10);
        Versions = [.. (webhook.List("admissionReviewVersions") ?? []).Select(version => version!.ToString())];
        Client = webhook.Object("clientConfig") ?? [];
        var rules = ResourceRule.All(webhook.List("rules"));
        HasRules = !rules.IsEmpty;
        _criteria = new MatchCriteria(rules, [], webhook.Text("matchPolicy") == "Exact", webhook.Object("namespaceSelector"), webhook.Object("objectSelector"));
        _conditions = new MatchConditions(webhook.List("matchConditions"), hasParams: false);
    }

    /// <summary>The configuration that it stands in.</summary>
    public string Configuration { get; }

    public string Name { get; }

    /// <summary>Whether a request goes on when it cannot be called (failurePolicy Ignore).</summary>
    public bool IgnoresFailures { get; }

    /// <summary>Whether it is called again when others have changed the object after it (reinvocationPolicy IfNeeded).</summary>
    public bool IsReinvoked { get; }

    /// <summary>Whether it may not be called in a dry run.</summary>
    public bool HasSideEffects { get; }

    public TimeSpan Timeout { get; }

    /// <summary>The versions of AdmissionReview that it takes, the preferred one first.</summary>
    public ImmutableArray<string> Versions { get; }

    /// <summary>Its <c>clientConfig</c>.</summary>
    public JsonObject Client { get; }

    private bool HasRules { get; }

    /// <summary>All webhooks of some configurations, which are in the order of their names.</summary>
    public static ImmutableArray<Webhook> All(IEnumerable<JsonObject> configurations) =>
    [
        .. configurations.SelectMany(configuration => (configuration.List("webhooks") ?? []).OfType<JsonObject>()
            .Select(webhook => new Webhook(configuration["metadata"].Text("name")!, webhook))),
    ];

    /// <summary>The version of the resource in which it wants to see a request; null when it is not to be called.</summary>
    /// <exception cref="Http.ApiException">The namespace is not there, or a condition cannot be evaluated.</exception>
    public ResourceInfo? Match(AdmissionAttributes request, AdmissionLookup lookup)
    {
        if (!HasRules || _criteria.Match(request, () => lookup.VersionsOf(request.Resource), lookup.Namespace) is not { } matched)
            return null;
        if (_conditions.IsEmpty)
            return matched;
        try
        {
            return _conditions.Hold(new PolicyInput(request, matched, null, null, lookup.AuthorizerFor(request))) ? matched : null;
        }
        catch (CelException e)
        {
            return IgnoresFailures ? null : throw AdmissionErrors.Forbidden(request.Resource, request.Object ?? request.OldObject, e.Message);
        }
    }
}
