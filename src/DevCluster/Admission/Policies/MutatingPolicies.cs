using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>Applies MutatingAdmissionPolicies to a request (apiserver, <c>admission/plugin/policy/mutating</c>).</summary>
internal sealed class MutatingPolicies(AdmissionLookup lookup)
{
    /// <exception cref="ApiException">A policy cannot be applied, and its failures are not ignored.</exception>
    public void Mutate(ImmutableArray<MutatingPolicy> policies, AdmissionAttributes request, Reinvocation reinvocation)
    {
        var errors = new List<string>();
        foreach (var policy in policies)
        {
            var failures = new List<string>();
            Apply(policy, request, reinvocation, failures);
            if (!policy.IgnoresErrors)
                errors.AddRange(failures);
        }

        if (errors.Count > 0)
            throw AdmissionErrors.Refused(request, errors);
    }

    private void Apply(MutatingPolicy policy, AdmissionAttributes request, Reinvocation reinvocation, List<string> failures)
    {
        try
        {
            if (policy.Criteria.Match(request, () => lookup.VersionsOf(request.Resource), lookup.Namespace) is not { } matched)
                return;
            var paramKind = lookup.Params.ResourceOf(policy.ParamKind);
            foreach (var binding in policy.Bindings)
                Apply(policy, binding, matched, paramKind, request, reinvocation, failures);
        }
        catch (PolicyConfigurationException e)
        {
            failures.Add($"policy \"{policy.Name}\" denied request: failed to configure policy: {e.Message}");
        }
    }

    private void Apply(
        MutatingPolicy policy, PolicyBinding binding, ResourceInfo matched, ResourceInfo? paramKind, AdmissionAttributes request, Reinvocation reinvocation, List<string> failures)
    {
        try
        {
            if (binding.Criteria is { } criteria && criteria.Match(request, () => lookup.VersionsOf(request.Resource), lookup.Namespace) is null)
                return;
            foreach (var parameters in lookup.Params.Find(paramKind, binding.ParamRef, request.Namespace))
                Apply(policy, binding, matched, parameters, request, reinvocation);
        }
        catch (PolicyConfigurationException e)
        {
            failures.Add($"policy '{policy.Name}' with binding '{binding.Name}' denied request: failed to configure binding: {e.Message}");
        }
        catch (CelException e)
        {
            failures.Add($"policy '{policy.Name}' with binding '{binding.Name}' denied request: {e.Message}");
        }
    }

    private void Apply(MutatingPolicy policy, PolicyBinding binding, ResourceInfo matched, JsonObject? parameters, AdmissionAttributes request, Reinvocation reinvocation)
    {
        var authorizer = lookup.AuthorizerFor(request);
        if (!policy.Conditions.IsEmpty && !policy.Conditions.Hold(new PolicyInput(request, matched, parameters, null, authorizer)))
            return;
        var key = (policy.Name, binding.Name, parameters?["metadata"].Text("namespace"), parameters?["metadata"].Text("name"));
        if (!reinvocation.Includes(key))
            return;
        var ns = request.IsNamespace ? null : lookup.Namespace(request.Namespace);
        var hasChanged = policy.Mutate(request, matched, parameters, ns, authorizer);
        reinvocation.Note(key, hasChanged, policy.IsReinvoked);
    }
}
