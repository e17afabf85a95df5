using OrleansOperator.DevCluster.Admission.Policies;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Compiles the expressions of an admission policy when it is written.</summary>
internal sealed class ExpressionChecks
{
    private readonly List<string> _variables = [];
    private readonly bool _hasParams;
    private readonly bool _makesPatches;

    /// <summary>Checks the variables of a policy, which its other expressions may use.</summary>
    /// <param name="spec">The <c>spec</c> of the policy.</param>
    public ExpressionChecks(Subject spec)
    {
        _hasParams = spec["paramKind"] is not null;
        _makesPatches = spec.Type.Name == "admissionregistration/MutatingAdmissionPolicySpec";
        foreach (var variable in spec.Items("variables"))
        {
            var name = variable.Text("name");
            if (name.Length == 0)
                variable.Required("name");
            else if (!PolicyExpression.IsIdentifier(name))
                variable.Invalid("name", "name is not a valid CEL identifier");
            else if (_variables.Contains(name))
                variable.Duplicate("name", name);
            Check(variable, "expression", isAuthorized: true, isRequired: true);
            _variables.Add(name);
        }
    }

    /// <summary>Checks the conditions of a policy or webhook.</summary>
    public static void MatchConditions(Subject parent, string field, bool hasParams)
    {
        var names = new HashSet<string>();
        foreach (var condition in parent.Items(field))
        {
            var name = condition.Text("name");
            if (name.Length == 0)
                condition.Required("name");
            else
                condition.Invalid("name", name, Resources.Names.QualifiedName(name));
            if (name.Length > 0 && !names.Add(name))
                condition.Duplicate("name", name);
            Check(condition, "expression", new PolicyScope(hasParams, IsAuthorized: true, MakesPatches: false, null));
        }
    }

    /// <summary>Checks one expression.</summary>
    /// <param name="subject">What it stands in.</param>
    /// <param name="field">Its field.</param>
    /// <param name="isAuthorized">Whether it may use <c>authorizer</c>.</param>
    /// <param name="isRequired">Whether it has to be there.</param>
    public void Check(Subject subject, string field, bool isAuthorized, bool isRequired)
    {
        if (isRequired || subject.Has(field))
            Check(subject, field, new PolicyScope(_hasParams, isAuthorized, _makesPatches, _variables));
    }

    private static void Check(Subject subject, string field, PolicyScope scope)
    {
        var text = subject.Text(field);
        if (text.Trim().Length == 0)
            subject.Required(field, $"{field} is not specified");
        else if (PolicyExpression.Compile(text, scope) is { Error: { } error })
            subject.Errors.Add(FieldError.Invalid(subject.At(field), GoText.Quote(text), error));
    }
}
