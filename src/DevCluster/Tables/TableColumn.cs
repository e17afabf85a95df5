using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>One column of a Table answer.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Type">OpenAPI type: string, integer, number, boolean or date.</param>
/// <param name="Value">Its cell for an object; dates are given as they stand and shown as ages.</param>
/// <param name="Priority">0 is always shown, more only with <c>-o wide</c>.</param>
/// <param name="Description">What it is.</param>
internal sealed record TableColumn(
    string Name, string Type, Func<JsonObject, JsonNode?> Value, int Priority = 0, string Description = "")
{
    public static TableColumn Age { get; } =
        new("Age", "date", obj => obj.Dig("metadata", "creationTimestamp")?.DeepClone(), 0, "CreationTimestamp is a timestamp representing the server time when this object was created.");

    public static IReadOnlyList<TableColumn> AgeOnly { get; } = [Age];

    /// <summary>The column of a CRD's <c>additionalPrinterColumns</c>.</summary>
    public static TableColumn FromCrd(JsonObject column)
    {
        var path = JsonPath.Parse(column.Text("jsonPath") ?? "");
        return new TableColumn(
            column.Text("name") ?? "",
            column.Text("type") ?? "string",
            obj => path.Find(obj)?.DeepClone(),
            (int)(column.Number("priority") ?? 0),
            column.Text("description") ?? "");
    }
}
