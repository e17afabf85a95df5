using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>Where pods may run.</summary>
internal static class SchedulingChecks
{
    public static void SpreadConstraint(Subject constraint)
    {
        if (constraint["minDomains"] is not null && constraint.Text("whenUnsatisfiable") != "DoNotSchedule")
            constraint.Invalid("minDomains", $"can only use minDomains if whenUnsatisfiable=DoNotSchedule, not {constraint.Text("whenUnsatisfiable")}");
        LabelKeys(constraint, "matchLabelKeys");
    }

    public static void AffinityTerm(Subject term)
    {
        foreach (var name in term.Texts("namespaces"))
            term.Invalid("namespace", name, Names.DnsLabel(name));
        LabelKeys(term, "matchLabelKeys");
        LabelKeys(term, "mismatchLabelKeys");
        var mismatched = term.Texts("mismatchLabelKeys");
        foreach (var (key, i) in term.Texts("matchLabelKeys").Select((key, i) => (key, i)))
        {
            if (mismatched.Contains(key))
                term.Invalid($"matchLabelKeys[{i}]", key, "exists in both matchLabelKeys and mismatchLabelKeys");
        }
    }

    public static void NodeSelectorTerm(Subject term)
    {
        foreach (var requirement in term.Items("matchExpressions"))
        {
            var (count, operation) = (requirement.Texts("values").Count, requirement.Text("operator"));
            switch (operation)
            {
                case "In" or "NotIn" when count == 0:
                    requirement.Required("values", "must be specified when `operator` is 'In' or 'NotIn'");
                    break;
                case "Exists" or "DoesNotExist" when count > 0:
                    requirement.Forbidden("values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    break;
                case "Gt" or "Lt" when count != 1:
                    requirement.Required("values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                    break;
                case "In" or "NotIn" or "Exists" or "DoesNotExist" or "Gt" or "Lt":
                    break;
                default:
                    requirement.Invalid("operator", operation, "not a valid selector operator");
                    break;
            }

            requirement.Invalid("key", requirement.Text("key"), Names.QualifiedName(requirement.Text("key")));

            // Preferred terms have never been checked for it.
            if (term.Parent!.Type.Name == "core/NodeSelector")
                Values(requirement, Names.LabelValue);
        }

        foreach (var requirement in term.Items("matchFields"))
        {
            if (requirement.Text("operator") is not ("In" or "NotIn"))
                requirement.Invalid("operator", requirement.Text("operator"), "not a valid selector operator");
            else if (requirement.Texts("values").Count != 1)
                requirement.Required("values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
            if (requirement.Text("key") == "metadata.name")
                Values(requirement, value => Names.DnsSubdomain(value));
            else
                requirement.Invalid("key", requirement.Text("key"), "not a valid field selector key");
        }
    }

    private static void Values(Subject requirement, Func<string, IEnumerable<string>> wrong)
    {
        foreach (var (value, i) in requirement.Texts("values").Select((value, i) => (value, i)))
            requirement.Invalid($"values[{i}]", value, wrong(value));
    }

    private static void LabelKeys(Subject term, string field)
    {
        var keys = term.Texts(field);
        if (keys.Count == 0)
            return;
        if (term["labelSelector"] is not JsonObject)
        {
            term.Forbidden(field, "must not be specified when labelSelector is not set");
            return;
        }

        for (var i = 0; i < keys.Count; i++)
            term.Invalid($"{field}[{i}]", keys[i], Names.QualifiedName(keys[i]));
    }
}
