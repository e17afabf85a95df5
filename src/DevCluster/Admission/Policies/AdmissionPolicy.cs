using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Matching;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>What validating and mutating policies have in common, compiled.</summary>
internal abstract class AdmissionPolicy
{
    private readonly List<KeyValuePair<string, PolicyExpression>> _variables = [];

    /// <param name="policy">The policy.</param>
    /// <param name="bindings">Where it applies.</param>
    /// <param name="makesPatches">Whether its expressions make patches.</param>
    protected AdmissionPolicy(JsonObject policy, IEnumerable<PolicyBinding> bindings, bool makesPatches)
    {
        var spec = policy["spec"]!.AsObject();
        Name = policy["metadata"].Text("name")!;
        IgnoresErrors = spec.Text("failurePolicy") == "Ignore";
        Criteria = MatchCriteria.Of(spec.Object("matchConstraints") ?? []);
        ParamKind = spec.Object("paramKind");
        Bindings = [.. bindings];
        Conditions = new MatchConditions(spec.List("matchConditions"), ParamKind is not null);
        Scope = new PolicyScope(ParamKind is not null, IsAuthorized: true, makesPatches, []);
        foreach (var variable in spec.List("variables") ?? [])
        {
            _variables.Add(new(variable.Text("name")!, PolicyExpression.Compile(variable.Text("expression")!, Scope)));
            Scope = Scope with { Variables = [.. _variables.Select(pair => pair.Key)] };
        }
    }

    public string Name { get; }

    /// <summary>Whether what cannot be evaluated is let pass (failurePolicy Ignore).</summary>
    public bool IgnoresErrors { get; }

    public MatchCriteria Criteria { get; }

    public JsonObject? ParamKind { get; }

    public ImmutableArray<PolicyBinding> Bindings { get; }

    /// <summary>The conditions under which it applies.</summary>
    public MatchConditions Conditions { get; }

    /// <summary>What its expressions may use.</summary>
    protected PolicyScope Scope { get; }

    /// <summary>The variables of the policy.</summary>
    protected IReadOnlyList<KeyValuePair<string, PolicyExpression>> Variables => _variables;
}
