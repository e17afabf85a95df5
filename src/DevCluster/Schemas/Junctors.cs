using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary><c>allOf</c>, <c>anyOf</c>, <c>oneOf</c> and <c>not</c> (kube-openapi, <c>validate/schema_props.go</c>).</summary>
internal static class Junctors
{
    public static void Validate(Schema schema, JsonNode value, Correlation correlation, string path, ValidationResult result)
    {
        if (schema.AnyOf.Count > 0)
            AnyOf(schema.AnyOf, value, correlation, path, result);
        if (schema.OneOf.Count > 0)
            OneOf(schema.OneOf, value, correlation, path, result);
        if (schema.AllOf.Count > 0)
            AllOf(schema.AllOf, value, correlation, path, result);
        if (schema.Not is { } not && Check(not, value, correlation, path).IsValid)
            result.Add(Failure(path, "must not validate the schema (not)"));
    }

    private static void AnyOf(IReadOnlyList<Schema> schemas, JsonNode value, Correlation correlation, string path, ValidationResult result)
    {
        ValidationResult? nearest = null;
        foreach (var schema in schemas)
        {
            var alternative = Check(schema, value, correlation, path);
            if (alternative.IsValid)
            {
                result.Merge(alternative);
                return;
            }

            nearest = Nearer(nearest, alternative);
        }

        result.Add(Failure(path, "must validate at least one schema (anyOf)"));
        result.Merge(nearest!);
    }

    private static void OneOf(IReadOnlyList<Schema> schemas, JsonNode value, Correlation correlation, string path, ValidationResult result)
    {
        ValidationResult? nearest = null;
        ValidationResult? success = null;
        var valid = 0;
        foreach (var schema in schemas)
        {
            var alternative = Check(schema, value, correlation, path);
            if (alternative.IsValid && valid++ == 0)
                success = alternative;
            else if (!alternative.IsValid && valid == 0)
                nearest = Nearer(nearest, alternative);
        }

        if (valid == 1)
        {
            result.Merge(success!);
            return;
        }

        result.Add(Failure(path, $"must validate one and only one schema (oneOf). Found {(valid == 0 ? "none valid" : $"{valid} valid alternatives")}"));
        if (valid == 0)
            result.Merge(nearest!);
    }

    private static void AllOf(IReadOnlyList<Schema> schemas, JsonNode value, Correlation correlation, string path, ValidationResult result)
    {
        var valid = 0;
        foreach (var schema in schemas)
        {
            var part = Check(schema, value, correlation, path);
            valid += part.IsValid ? 1 : 0;
            result.Merge(part);
        }

        if (valid != schemas.Count)
            result.Add(Failure(path, $"must validate all the schemas (allOf){(valid == 0 ? ". None validated" : "")}"));
    }

    /// <summary>The value for itself is not let pass as unchanged here, but what is below it is.</summary>
    private static ValidationResult Check(Schema schema, JsonNode value, Correlation correlation, string path)
    {
        var result = new ValidationResult();
        Validation.ValidateNode(schema, value, correlation, path, result);
        return result;
    }

    /// <summary>Of alternatives that fail, the one that passes the most checks, and of equal ones the first.</summary>
    private static ValidationResult Nearer(ValidationResult? nearest, ValidationResult other) =>
        nearest is null || other.Matches > nearest.Matches ? other : nearest;

    private static FieldError Failure(string path, string problem) => FieldError.InvalidText("<nil>", "", $"\"{path}\" {problem}");
}
