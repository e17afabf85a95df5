using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Policies;
using OrleansOperator.DevCluster.Admission.Webhooks;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>All policies and webhooks as they are now, compiled. It never changes: another takes its place.</summary>
internal sealed record AdmissionConfiguration(
    ImmutableArray<MutatingPolicy> MutatingPolicies, ImmutableArray<ValidatingPolicy> ValidatingPolicies, ImmutableArray<Webhook> MutatingWebhooks, ImmutableArray<Webhook> ValidatingWebhooks)
{
    private const string Group = "admissionregistration.k8s.io";

    /// <summary>Whether anything may change objects.</summary>
    public bool Mutates => !MutatingPolicies.IsEmpty || !MutatingWebhooks.IsEmpty;

    /// <summary>Whether anything may deny requests once their objects are complete.</summary>
    public bool Validates => !ValidatingPolicies.IsEmpty || !ValidatingWebhooks.IsEmpty;

    /// <summary>Whether a resource of the store is part of the configuration.</summary>
    public static bool IsMadeOf(string resource) => resource.EndsWith("." + Group, StringComparison.Ordinal);

    /// <summary>Whether requests for a group are judged by neither policies nor webhooks, so that these can always be mended.</summary>
    public static bool IsExempt(string group) => group == Group;

    public static AdmissionConfiguration Of(ObjectStore store)
    {
        IEnumerable<JsonObject> All(string plural) => store.List($"{plural}.{Group}").Objects.Select(stored => stored.Parse());
        return new AdmissionConfiguration(
            Policies(All("mutatingadmissionpolicies"), All("mutatingadmissionpolicybindings"), static (policy, bindings) => new MutatingPolicy(policy, bindings)),
            Policies(All("validatingadmissionpolicies"), All("validatingadmissionpolicybindings"), static (policy, bindings) => new ValidatingPolicy(policy, bindings)),
            Webhook.All(All("mutatingwebhookconfigurations")), Webhook.All(All("validatingwebhookconfigurations")));
    }

    /// <summary>The policies that have a binding.</summary>
    private static ImmutableArray<T> Policies<T>(IEnumerable<JsonObject> policies, IEnumerable<JsonObject> bindings, Func<JsonObject, IEnumerable<PolicyBinding>, T> compile)
    {
        var byPolicy = bindings.Select(PolicyBinding.Of).ToLookup(binding => binding.PolicyName);
        return [.. policies.Select(policy => (Policy: policy, Bindings: byPolicy[policy["metadata"].Text("name")!])).Where(pair => pair.Bindings.Any()).Select(pair => compile(pair.Policy, pair.Bindings))];
    }
}
