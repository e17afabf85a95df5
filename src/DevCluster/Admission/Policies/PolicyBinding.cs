using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Matching;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>Where a policy applies, and with which parameters.</summary>
/// <param name="Name">Its name.</param>
/// <param name="PolicyName">The policy.</param>
/// <param name="Criteria">Narrows the requests down; null for all that the policy is about.</param>
/// <param name="ParamRef">Which parameters, or null.</param>
/// <param name="Actions">What a failed validation leads to: Deny, Warn, Audit.</param>
internal sealed record PolicyBinding(string Name, string PolicyName, MatchCriteria? Criteria, JsonObject? ParamRef, ImmutableArray<string> Actions)
{
    public static PolicyBinding Of(JsonObject binding)
    {
        var spec = binding["spec"]!.AsObject();
        return new PolicyBinding(
            binding["metadata"].Text("name")!, spec.Text("policyName") ?? "",
            spec.Object("matchResources") is { } resources ? MatchCriteria.Of(resources) : null,
            spec.Object("paramRef"), [.. (spec.List("validationActions") ?? []).Select(action => action!.ToString())]);
    }
}
