using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary><c>allOf</c>, <c>anyOf</c>, <c>oneOf</c> and <c>not</c>, in the words of kube-openapi.</summary>
internal static class Junctors
{
    public static void Validate(Schema schema, JsonNode value, string path, List<FieldError> errors)
    {
        if (schema.AnyOf.Count > 0)
            AnyOf(schema.AnyOf, value, path, errors);
        if (schema.OneOf.Count > 0)
            OneOf(schema.OneOf, value, path, errors);
        if (schema.AllOf.Count > 0)
            AllOf(schema.AllOf, value, path, errors);
        if (schema.Not is { } not && Check(not, value, path).Count == 0)
            errors.Add(Failure(path, "must not validate the schema (not)"));
    }

    private static void AnyOf(IReadOnlyList<Schema> schemas, JsonNode value, string path, List<FieldError> errors)
    {
        var alternatives = schemas.Select(schema => Check(schema, value, path)).ToList();
        if (alternatives.Exists(static problems => problems.Count == 0))
            return;
        errors.Add(Failure(path, "must validate at least one schema (anyOf)"));
        errors.AddRange(Nearest(schemas, value, alternatives));
    }

    private static void OneOf(IReadOnlyList<Schema> schemas, JsonNode value, string path, List<FieldError> errors)
    {
        var alternatives = schemas.Select(schema => Check(schema, value, path)).ToList();
        var valid = alternatives.Count(static problems => problems.Count == 0);
        if (valid == 1)
            return;
        errors.Add(Failure(path, $"must validate one and only one schema (oneOf). Found {(valid == 0 ? "none valid" : $"{valid} valid alternatives")}"));
        if (valid == 0)
            errors.AddRange(Nearest(schemas, value, alternatives));
    }

    private static void AllOf(IReadOnlyList<Schema> schemas, JsonNode value, string path, List<FieldError> errors)
    {
        var results = schemas.Select(schema => Check(schema, value, path)).ToList();
        errors.AddRange(results.SelectMany(static problems => problems));
        var valid = results.Count(static problems => problems.Count == 0);
        if (valid != results.Count)
            errors.Add(Failure(path, $"must validate all the schemas (allOf){(valid == 0 ? ". None validated" : "")}"));
    }

    private static List<FieldError> Check(Schema schema, JsonNode value, string path)
    {
        var errors = new List<FieldError>();
        Validation.Validate(schema, value, path, errors);
        return errors;
    }

    /// <summary>The problems of the alternative that has most to say of the value, and of equal ones of the first.</summary>
    private static List<FieldError> Nearest(IReadOnlyList<Schema> schemas, JsonNode value, List<List<FieldError>> alternatives) =>
        schemas.Zip(alternatives).MaxBy(pair => Known(pair.First, value)).Second;

    private static int Known(Schema schema, JsonNode value) => value is JsonObject obj ? obj.Count(pair => schema.Properties.ContainsKey(pair.Key)) : 0;

    private static FieldError Failure(string path, string problem) => FieldError.InvalidText("<nil>", "", $"\"{path}\" {problem}");
}
