using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>The conditions under which a policy or webhook applies (apiserver, <c>admission/plugin/webhook/matchconditions</c>).</summary>
internal sealed class MatchConditions
{
    private readonly ImmutableArray<PolicyExpression> _conditions;

    /// <param name="conditions">As they stand in the policy or webhook; null for none.</param>
    /// <param name="hasParams">Whether they may use <c>params</c>.</param>
    public MatchConditions(JsonArray? conditions, bool hasParams) => _conditions =
    [
        .. (conditions ?? []).Select(condition => PolicyExpression.Compile(condition.Text("expression") ?? "", new PolicyScope(hasParams, IsAuthorized: true, MakesPatches: false, null))),
    ];

    public bool IsEmpty => _conditions.IsEmpty;

    /// <summary>Whether all hold. One that does not decides, whatever is wrong with others.</summary>
    /// <exception cref="CelException">None is false, and some cannot be evaluated.</exception>
    public bool Hold(PolicyInput input)
    {
        var errors = new List<string>();
        foreach (var condition in _conditions)
        {
            try
            {
                switch (input.Evaluate(condition))
                {
                    case false:
                        return false;
                    case not true:
                        errors.Add($"expression '{condition.Text}' resulted in error: must evaluate to bool");
                        break;
                }
            }
            catch (CelException e)
            {
                errors.Add(e.Message);
            }
        }

        return errors.Count switch
        {
            0 => true,
            1 => throw new CelException(errors[0]),
            _ => throw new CelException($"[{string.Join(", ", errors.Distinct())}]"),
        };
    }
}
