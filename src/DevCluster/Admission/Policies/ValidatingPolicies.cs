using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>Applies ValidatingAdmissionPolicies to a request (apiserver, <c>admission/plugin/policy/validating/dispatcher.go</c>).</summary>
internal sealed class ValidatingPolicies(AdmissionLookup lookup)
{
    private const int MaxFailures = 50;
    private const int MaxAnnotation = 10 * 1024;

    /// <exception cref="ApiException">A policy denies the request.</exception>
    public void Validate(ImmutableArray<ValidatingPolicy> policies, AdmissionAttributes request)
    {
        ApiException? denial = null;
        var audited = new JsonArray();
        foreach (var policy in policies)
        {
            if (Apply(policy, request, audited) is { } denied)
                denial ??= denied;
        }

        if (audited.Count > 0)
            request.By.Annotate("validation.policy.admission.k8s.io/validation_failure", audited.ToText());
        if (denial is not null)
            throw denial;
    }

    /// <returns>The first denial, or null.</returns>
    private ApiException? Apply(ValidatingPolicy policy, AdmissionAttributes request, JsonArray audited)
    {
        ApiException? denial = null;
        var annotations = new Dictionary<string, List<string>>();
        try
        {
            if (policy.Criteria.Match(request, () => lookup.VersionsOf(request.Resource), lookup.Namespace) is not { } matched)
                return null;
            var paramKind = lookup.Params.ResourceOf(policy.ParamKind);
            foreach (var binding in policy.Bindings)
            {
                try
                {
                    if (binding.Criteria is { } criteria && criteria.Match(request, () => lookup.VersionsOf(request.Resource), lookup.Namespace) is null)
                        continue;
                    var ns = request.IsNamespace ? null : lookup.Namespace(request.Namespace);
                    foreach (var parameters in lookup.Params.Find(paramKind, binding.ParamRef, request.Namespace))
                    {
                        var verdict = policy.Validate(request, matched, parameters, ns, lookup.AuthorizerFor(request));
                        if (Enforce(policy, binding, verdict, request, audited, annotations) is { } denied)
                            denial ??= denied;
                    }
                }
                catch (Exception e) when (e is PolicyConfigurationException or ApiException)
                {
                    denial ??= policy.IgnoresErrors ? null : Denied(policy, binding, request, $"failed to configure binding: {e.Message}", "");
                }
            }
        }
        catch (Exception e) when (e is PolicyConfigurationException or ApiException)
        {
            denial ??= policy.IgnoresErrors ? null : Denied(policy, null, request, $"failed to configure policy: {e.Message}", "");
        }

        foreach (var (key, values) in annotations)
            request.By.Annotate($"{policy.Name}/{key}", string.Join(", ", values));
        return denial;
    }

    private static ApiException? Enforce(
        ValidatingPolicy policy, PolicyBinding binding, PolicyVerdict verdict, AdmissionAttributes request, JsonArray audited, Dictionary<string, List<string>> annotations)
    {
        ApiException? denial = null;
        foreach (var failure in verdict.Failures)
        {
            foreach (var action in binding.Actions)
            {
                switch (action)
                {
                    case "Deny":
                        denial ??= Denied(policy, binding, request, failure.Message, failure.Reason);
                        break;
                    case "Warn":
                        request.By.Warn($"Validation failed for ValidatingAdmissionPolicy '{policy.Name}' with binding '{binding.Name}': {failure.Message}");
                        break;
                    case "Audit" when audited.Count < MaxFailures:
                        audited.Add(Audited(policy, binding, failure));
                        break;
                }
            }
        }

        foreach (var (key, value) in verdict.Annotations)
        {
            var values = annotations.TryGetValue(key, out var known) ? known : annotations[key] = [];
            var text = value.Length > MaxAnnotation ? value[..MaxAnnotation] : value;
            if (!values.Contains(text))
                values.Add(text);
        }

        return denial ?? (verdict.AnnotationErrors is [var error, ..] ? Denied(policy, binding, request, error, "") : null);
    }

    private static JsonObject Audited(ValidatingPolicy policy, PolicyBinding binding, PolicyFailure failure) => new JsonObject
    {
        ["message"] = failure.Message,
        ["policy"] = policy.Name,
        ["binding"] = binding.Name,
        ["expressionIndex"] = failure.Index,
        ["validationActions"] = new JsonArray([.. binding.Actions.Select(action => JsonValue.Create(action))]),
    };

    private static ApiException Denied(ValidatingPolicy policy, PolicyBinding? binding, AdmissionAttributes request, string why, string reason)
    {
        if (reason.Length == 0)
            reason = "Invalid";
        var by = binding is null ? "" : $" with binding '{binding.Name}'";
        return AdmissionErrors.Denied(request, reason, $"ValidatingAdmissionPolicy '{policy.Name}'{by} denied request: {why}");
    }
}
