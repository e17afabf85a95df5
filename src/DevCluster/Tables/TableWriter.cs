using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>Answers as tables and as metadata only (<c>meta.k8s.io/v1</c>).</summary>
internal static class TableWriter
{
    /// <summary>A table of objects.</summary>
    /// <param name="resource">Whose columns.</param>
    /// <param name="objects">The rows.</param>
    /// <param name="metadata">The metadata of the list.</param>
    /// <param name="now">For ages.</param>
    /// <param name="include"><c>includeObject</c>: None, Metadata or Object.</param>
    /// <param name="header">Whether to describe the columns: only the first table of a watch does.</param>
    public static JsonObject Table(
        ResourceInfo resource, IEnumerable<JsonObject> objects, JsonObject metadata, DateTimeOffset now, string? include, bool header = true)
    {
        if (include is not (null or "" or "None" or "Metadata" or "Object"))
            throw ApiErrors.BadRequest($"Unable to convert to Table as requested: includeObject: Unsupported value: {GoText.Quote(include)}: supported values: \"Metadata\", \"None\", \"Object\"");
        IReadOnlyList<TableColumn> columns = resource.Columns.Any(column => column.Format == "name") ? resource.Columns : [TableColumn.OfNames, .. resource.Columns];
        var rows = new JsonArray();
        foreach (var obj in objects)
        {
            rows.Add(new JsonObject
            {
                ["cells"] = new JsonArray([.. columns.Select(column => column.Cell(obj, now))]),
                ["object"] = include switch
                {
                    "None" => null,
                    "Object" => obj.Clone(),
                    _ => Partial(obj),
                },
            });
        }

        return new JsonObject
        {
            ["kind"] = "Table",
            ["apiVersion"] = "meta.k8s.io/v1",
            ["metadata"] = metadata,
            ["columnDefinitions"] = header ? new JsonArray([.. columns.Select(Definition)]) : null,
            ["rows"] = rows,
        };
    }

    /// <summary>An object's metadata alone.</summary>
    public static JsonObject Partial(JsonObject obj) => new()
    {
        ["kind"] = "PartialObjectMetadata",
        ["apiVersion"] = "meta.k8s.io/v1",
        ["metadata"] = obj["metadata"]?.DeepClone(),
    };

    /// <summary>How long ago, as kubectl shows it (apimachinery, <c>duration.HumanDuration</c>).</summary>
    public static string Ago(string? timestamp, DateTimeOffset now)
    {
        if (!DateTimeOffset.TryParse(timestamp, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return "<unknown>";
        var seconds = (long)(now - time).TotalSeconds;
        return seconds switch
        {
            < 0 => "0s",
            < 120 => $"{seconds}s",
            < 600 => seconds % 60 == 0 ? $"{seconds / 60}m" : $"{seconds / 60}m{seconds % 60}s",
            < 3 * 3600 => $"{seconds / 60}m",
            < 8 * 3600 => seconds / 60 % 60 == 0 ? $"{seconds / 3600}h" : $"{seconds / 3600}h{seconds / 60 % 60}m",
            < 48 * 3600 => $"{seconds / 3600}h",
            < 192 * 3600 => seconds / 3600 % 24 == 0 ? $"{seconds / 86400}d" : $"{seconds / 86400}d{seconds / 3600 % 24}h",
            < 365 * 2 * 86400L => $"{seconds / 86400}d",
            _ => $"{seconds / (365 * 86400L)}y",
        };
    }

    private static JsonObject Definition(TableColumn column) => new()
    {
        ["name"] = column.Name,
        ["type"] = column.Type,
        ["format"] = column.Format,
        ["description"] = column.Description,
        ["priority"] = column.Priority,
    };
}
