using System.Collections.Immutable;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// Checks an expression against the schema it stands in, when the CRD is written: that its variables are there, and its fields
/// are defined. Types are left to the evaluation.
/// </summary>
internal static class CelChecker
{
    private static readonly Schema Anything = new() { PreserveUnknown = true };

    private static readonly ImmutableDictionary<string, Schema> Types = new[]
    {
        "int", "uint", "double", "bool", "string", "bytes", "list", "map", "null_type", "type", "google",
    }.ToImmutableDictionary(static name => name, static _ => Anything);

    /// <exception cref="CelException">A variable or a field is not defined.</exception>
    public static void Check(CelExpression expression, Schema self) => Check(expression, [new("self", self), new("oldSelf", self)]);

    /// <param name="expression">The expression.</param>
    /// <param name="variables">Its variables, and the types that it may make objects of.</param>
    /// <exception cref="CelException">A variable, a type or a field is not defined.</exception>
    public static void Check(CelExpression expression, IEnumerable<KeyValuePair<string, Schema>> variables) => TypeOf(expression, Types.SetItems(variables));

    private static Schema TypeOf(CelExpression expression, ImmutableDictionary<string, Schema> variables)
    {
        Schema Of(CelExpression e) => TypeOf(e, variables);
        switch (expression)
        {
            case CelExpression.Variable variable:
                return variables.GetValueOrDefault(variable.Name) ?? throw new CelException($"undeclared reference to '{variable.Name}' (in container '')");
            case CelExpression.Field field:
                return FieldOf(Of(field.Target), field.Name);
            case CelExpression.Index index:
                Of(index.Key);
                return Of(index.Target) is var target ? target.Items ?? target.AdditionalProperties ?? Anything : Anything;
            case CelExpression.Macro macro:
                return MacroOf(macro, variables);
            case CelExpression.Construct made when !variables.ContainsKey(made.Type.Split('.')[0]):
                throw new CelException($"undeclared reference to '{made.Type}' (in container '')");
            case CelExpression.Choice choice:
                Of(choice.Condition);
                Of(choice.No);
                return Of(choice.Yes);
            default:
                foreach (var part in expression.Parts)
                    Of(part);
                return Anything;
        }
    }

    private static Schema MacroOf(CelExpression.Macro macro, ImmutableDictionary<string, Schema> variables)
    {
        var target = TypeOf(macro.Target, variables);
        var inner = variables;
        for (var i = 0; i < macro.Names.Count; i++)
        {
            // Of two variables, the first is a position or key.
            var isItem = i == macro.Names.Count - 1;
            inner = inner.SetItem(macro.Names[i], macro.Function is "bind" ? target : isItem ? ItemOf(target, macro.Names.Count) : Anything);
        }

        if (macro.Filter is not null)
            TypeOf(macro.Filter, inner);
        var body = TypeOf(macro.Body, inner);
        return macro.Function switch
        {
            "filter" => target,
            "bind" => body,
            _ => Anything,
        };
    }

    private static Schema ItemOf(Schema target, int variables) => target.Items ?? (variables == 2 ? target.AdditionalProperties : null) ?? Anything;

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
