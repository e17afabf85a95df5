using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>What selectable fields may be (KEP-4358; apiextensions, <c>validation.ValidateCustomResourceSelectableFields</c>).</summary>
internal static class SelectableFieldChecks
{
    private const int Most = 8;

    public static void Validate(JsonArray fields, JsonObject? schema, string path, List<FieldError> errors)
    {
        if (schema is null)
        {
            errors.Add(FieldError.InvalidText(path, "", "may only be set when validations.schema is included"));
            return;
        }

        var seen = new HashSet<string>();
        for (var i = 0; i < fields.Count; i++)
            Field(fields[i].Text("jsonPath") ?? "", schema, $"{path}[{i}].jsonPath", seen, errors);
        if (seen.Count > Most)
            errors.Add(FieldError.TooMany(path, seen.Count, Most));
    }

    private static void Field(string jsonPath, JsonObject schema, string path, HashSet<string> seen, List<FieldError> errors)
    {
        if (jsonPath.Length == 0)
        {
            errors.Add(FieldError.Required(path));
            return;
        }

        if (SchemaPath.Find(jsonPath, schema, allowsBrackets: false, out var found) is { } problem)
        {
            errors.Add(FieldError.InvalidText(path, jsonPath, $"is an invalid path: {problem}"));
            return;
        }

        if (jsonPath == ".metadata" || jsonPath.StartsWith(".metadata.", StringComparison.Ordinal))
            errors.Add(FieldError.InvalidText(path, jsonPath, "must not point to fields in metadata"));
        if (found.Text("type") is not ("string" or "boolean" or "integer"))
            errors.Add(FieldError.InvalidText(path, jsonPath, "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed."));
        if (!seen.Add(jsonPath))
            errors.Add(FieldError.Duplicate(path, $"\"{jsonPath}\""));
    }
}
