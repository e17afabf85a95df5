using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>A compiled MutatingAdmissionPolicy.</summary>
internal sealed class MutatingPolicy : AdmissionPolicy
{
    private readonly ImmutableArray<(PolicyExpression Expression, bool IsJsonPatch)> _mutations;

    public MutatingPolicy(JsonObject policy, IEnumerable<PolicyBinding> bindings)
        : base(policy, bindings, makesPatches: true)
    {
        var spec = policy["spec"]!.AsObject();
        IsReinvoked = spec.Text("reinvocationPolicy") == "IfNeeded";
        _mutations =
        [
            .. (spec.List("mutations") ?? []).Select(mutation => (mutation.Text("patchType") == "JSONPatch", Patch: mutation.Object("jsonPatch") ?? mutation.Object("applyConfiguration")))
                .Select(mutation => (PolicyExpression.Compile(mutation.Patch.Text("expression") ?? "", Scope), mutation.Item1)),
        ];
    }

    /// <summary>Whether it is applied again when others have changed the object after it (reinvocationPolicy IfNeeded).</summary>
    public bool IsReinvoked { get; }

    /// <summary>Applies its mutations to the object of a request, one after the other.</summary>
    /// <param name="request">The request; its object is replaced.</param>
    /// <param name="matched">The version of the resource by which it matched.</param>
    /// <param name="params">The parameters, or null.</param>
    /// <param name="ns">The namespace of the object, or null.</param>
    /// <param name="authorizer">Who may do what.</param>
    /// <returns>Whether the object has changed.</returns>
    /// <exception cref="CelException">A mutation cannot be made.</exception>
    public bool Mutate(AdmissionAttributes request, ResourceInfo matched, JsonObject? @params, JsonObject? ns, object? authorizer)
    {
        var hasChanged = false;
        foreach (var (expression, isJsonPatch) in _mutations)
        {
            if (request.View(matched) is not { } obj)
                return false;
            var value = new PolicyInput(request, matched, @params, ns, authorizer).With(Variables).Evaluate(expression);
            hasChanged |= request.Replace(matched, isJsonPatch ? PolicyPatch.Patch(obj, value) : PolicyPatch.Apply(request.KindOf(matched), obj, value));
        }

        return hasChanged;
    }
}
