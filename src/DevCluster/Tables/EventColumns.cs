using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns of Events, whose fields have two names.</summary>
internal static class EventColumns
{
    /// <param name="about">The field that says what it is about.</param>
    /// <param name="message">The field of its message.</param>
    /// <param name="source">The field that says who reports it.</param>
    /// <param name="deprecated">What precedes the names of old fields in the new API.</param>
    public static IReadOnlyList<TableColumn> Of(string about, string message, string source, string deprecated) =>
    [
        new("Last Seen", "string", (obj, now) => TableWriter.Ago((obj.Dig("series", "lastObservedTime") ?? Old(obj, deprecated, "lastTimestamp") ?? First(obj, deprecated))?.ToString(), now)),
        Cells.Field("Type", "type"),
        Cells.Field("Reason", "reason"),
        new("Object", "string", obj => obj[about].Text("name") is { Length: > 0 } name ? $"{obj[about].Text("kind")?.ToLowerInvariant()}/{name}" : obj[about].Text("kind")?.ToLowerInvariant()),
        new("Subobject", "string", obj => obj[about].Text("fieldPath") ?? "", 1),
        new("Source", "string", obj => Source(obj, source), 1),
        new("Message", "string", obj => obj.Text(message)?.Trim() ?? ""),
        new("First Seen", "string", (obj, now) => TableWriter.Ago(First(obj, deprecated)?.ToString(), now), 1),
        new("Count", "string", obj => obj["series"].Number("count") ?? (Old(obj, deprecated, "count").Whole() is { } count and not 0 ? count : 1), 1),
        TableColumn.OfNames with { Priority = 1 },
    ];

    private static JsonNode? First(JsonObject obj, string deprecated) => Old(obj, deprecated, "firstTimestamp") ?? obj["eventTime"];

    private static JsonNode? Old(JsonObject obj, string deprecated, string field) => obj[field] ?? obj[deprecated + char.ToUpperInvariant(field[0]) + field[1..]];

    private static string Source(JsonObject obj, string source)
    {
        var component = obj[source].Text("component") is { Length: > 0 } own ? own : obj.Text("reportingComponent") ?? obj.Text("reportingController") ?? "";
        var instance = obj[source].Text("host") is { Length: > 0 } host ? host : obj.Text("reportingInstance") ?? "";
        return instance.Length == 0 ? component : $"{component}, {instance}";
    }
}
