using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>Whether defaults fit the schema that they stand in (apiextensions, <c>defaulting.ValidateDefaults</c>).</summary>
internal static class DefaultChecks
{
    /// <summary>What is wrong with the defaults of a schema.</summary>
    public static IReadOnlyList<FieldError> Validate(Schema schema, string path)
    {
        var errors = new List<FieldError>();
        Visit(schema, path, errors);
        return errors;
    }

    /// <summary>Defaults of additional properties are of no effect, and not looked at.</summary>
    private static void Visit(Schema schema, string path, List<FieldError> errors)
    {
        if (schema.Default is { } value)
            Check(schema, value, $"{path}.default", errors);
        if (schema.Items is { } items)
            Visit(items, $"{path}.items", errors);
        foreach (var (name, property) in schema.Properties)
            Visit(property, $"{path}.properties[{name}]", errors);
    }

    private static void Check(Schema schema, JsonNode value, string path, List<FieldError> errors)
    {
        var pruned = value.DeepClone();
        Pruning.Prune(schema, pruned, "", new List<string>());
        if (!JsonNode.DeepEquals(pruned, value))
            errors.Add(FieldError.Invalid(path, value.ToText(), "must not have unknown fields"));
        var found = new List<FieldError>();
        Validation.ValidateValue(schema, value, found);
        errors.AddRange(found.Select(error => error with { Field = error.Field switch { "" or "<nil>" => path, ['[', ..] => path + error.Field, _ => $"{path}.{error.Field}" } }));
    }
}
