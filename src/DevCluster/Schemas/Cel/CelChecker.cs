using System.Collections.Immutable;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// Checks an expression against the schema it stands in, when the CRD is written: that its variables are there, and its fields
/// are defined. Types are left to the evaluation.
/// </summary>
internal static class CelChecker
{
    private static readonly Schema Anything = new() { PreserveUnknown = true };

    /// <exception cref="CelException">A variable or a field is not defined.</exception>
    public static void Check(CelExpression expression, Schema self) =>
        TypeOf(expression, ImmutableDictionary<string, Schema>.Empty.Add("self", self).Add("oldSelf", self));

    private static Schema TypeOf(CelExpression expression, ImmutableDictionary<string, Schema> variables)
    {
        Schema Of(CelExpression e) => TypeOf(e, variables);
        switch (expression)
        {
            case CelExpression.Variable variable:
                return variables.GetValueOrDefault(variable.Name) ?? throw new CelException($"undeclared reference to '{variable.Name}'");
            case CelExpression.Field field:
                return FieldOf(Of(field.Target), field.Name);
            case CelExpression.Has has:
                return Of(has.Of);
            case CelExpression.Index index:
                Of(index.Key);
                return Of(index.Target) is var target ? target.Items ?? target.AdditionalProperties ?? Anything : Anything;
            case CelExpression.Macro macro:
                var items = Of(macro.Target);
                var inner = variables.SetItem(macro.Name, items.Items ?? Anything);
                TypeOf(macro.Body, inner);
                if (macro.Filter is not null)
                    TypeOf(macro.Filter, inner);
                return macro.Function == "filter" ? items : Anything;
            case CelExpression.Call call:
                foreach (var argument in call.Arguments)
                    Of(argument);
                return Anything;
            case CelExpression.ListOf list:
                foreach (var item in list.Items)
                    Of(item);
                return Anything;
            case CelExpression.Choice choice:
                Of(choice.Condition);
                Of(choice.No);
                return Of(choice.Yes);
            default:
                return Anything;
        }
    }

    private static Schema FieldOf(Schema target, string name)
    {
        if (target.Properties.TryGetValue(name, out var property))
            return property;
        if (target.AdditionalProperties is { } additional)
            return additional;

        // Every whole object has these; which of the schemas are of whole objects is not known here.
        if (target.Type != "object" || target.PreserveUnknown || name is "metadata" or "kind" or "apiVersion")
            return Anything;
        throw new CelException($"undefined field '{name}'");
    }
}
