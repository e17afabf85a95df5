using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Policies;
using OrleansOperator.DevCluster.Admission.Webhooks;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>All policies and webhooks as they are now, compiled. It never changes: another takes its place.</summary>
internal sealed record AdmissionConfiguration(
    ImmutableArray<ValidatingPolicy> ValidatingPolicies, ImmutableArray<Webhook> MutatingWebhooks, ImmutableArray<Webhook> ValidatingWebhooks)
{
    private const string Group = "admissionregistration.k8s.io";

    /// <summary>Whether anything may change objects.</summary>
    public bool Mutates => !MutatingWebhooks.IsEmpty;

    /// <summary>Whether anything may deny requests once their objects are complete.</summary>
    public bool Validates => !ValidatingPolicies.IsEmpty || !ValidatingWebhooks.IsEmpty;

    /// <summary>Whether a resource of the store is part of the configuration.</summary>
    public static bool IsMadeOf(string resource) => resource.EndsWith("." + Group, StringComparison.Ordinal);

    /// <summary>Whether requests for a group are judged by neither policies nor webhooks, so that these can always be mended.</summary>
    public static bool IsExempt(string group) => group == Group;

    public static AdmissionConfiguration Of(ObjectStore store)
    {
        IEnumerable<JsonObject> All(string plural) => store.List($"{plural}.{Group}").Objects.Select(stored => stored.Parse());
        var bindings = All("validatingadmissionpolicybindings").Select(PolicyBinding.Of).ToLookup(binding => binding.PolicyName);
        return new AdmissionConfiguration(
            [.. All("validatingadmissionpolicies").Where(policy => bindings.Contains(policy["metadata"].Text("name")!)).Select(policy => new ValidatingPolicy(policy, bindings[policy["metadata"].Text("name")!]))],
            Webhook.All(All("mutatingwebhookconfigurations")), Webhook.All(All("validatingwebhookconfigurations")));
    }
}
