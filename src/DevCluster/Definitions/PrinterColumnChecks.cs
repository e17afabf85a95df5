using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>What printer columns may be (apiextensions, <c>validation.ValidateCustomResourceColumnDefinition</c>).</summary>
internal static class PrinterColumnChecks
{
    private static readonly string[] Types = ["boolean", "date", "integer", "number", "string"];
    private static readonly string[] Formats = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

    public static void Validate(JsonArray columns, string path, List<FieldError> errors)
    {
        for (var i = 0; i < columns.Count; i++)
            Column(columns[i]!.AsObject(), $"{path}[{i}]", errors);
    }

    private static void Column(JsonObject column, string path, List<FieldError> errors)
    {
        if (string.IsNullOrEmpty(column.Text("name")))
            errors.Add(FieldError.Required($"{path}.name"));
        if (column.Text("type") is not { Length: > 0 } type)
            errors.Add(FieldError.Required($"{path}.type", $"must be one of {string.Join(',', Types)}"));
        else if (!Types.Contains(type))
            errors.Add(FieldError.InvalidText($"{path}.type", type, $"must be one of {string.Join(',', Types)}"));
        if (column.Text("format") is { Length: > 0 } format && !Formats.Contains(format))
            errors.Add(FieldError.InvalidText($"{path}.format", format, $"must be one of {string.Join(',', Formats)}"));
        if (column.Text("jsonPath") is not { Length: > 0 } jsonPath)
            errors.Add(FieldError.Required($"{path}.JSONPath"));
        else
            SimplePath.Validate(jsonPath, $"{path}.JSONPath", errors);
    }
}
