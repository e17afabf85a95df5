using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>One column of a Table answer.</summary>
/// <param name="Name">Its heading.</param>
/// <param name="Type">OpenAPI type: string, integer, number, boolean or date. A cell may be of another, as on a real server.</param>
/// <param name="Cell">Its cell for an object at a time.</param>
/// <param name="Priority">0 is always shown, more only with <c>-o wide</c>.</param>
/// <param name="Description">What it is.</param>
/// <param name="Format"><c>name</c> for the column of names.</param>
internal sealed record TableColumn(
    string Name, string Type, Func<JsonObject, DateTimeOffset, JsonNode?> Cell, int Priority = 0, string Description = "", string Format = "")
{
    private const string Created = "CreationTimestamp is a timestamp representing the server time when this object was created.";

    public TableColumn(string name, string type, Func<JsonObject, JsonNode?> cell, int priority = 0)
        : this(name, type, (obj, _) => cell(obj), priority)
    {
    }

    /// <summary>The name. It is the first column unless a kind places it elsewhere.</summary>
    public static TableColumn OfNames { get; } =
        new("Name", "string", (obj, _) => obj["metadata"].Text("name"), Description: "Name must be unique within a namespace.", Format: "name");

    public static TableColumn Age { get; } = new("Age", "string", (obj, now) => TableWriter.Ago(obj["metadata"].Text("creationTimestamp"), now), Description: Created);

    /// <summary>Of kinds that have no columns of their own.</summary>
    public static IReadOnlyList<TableColumn> CreatedAt { get; } =
        [new("Created At", "date", (obj, _) => obj["metadata"].Text("creationTimestamp"), Description: Created)];

    /// <summary>Of custom resources whose CRD names none.</summary>
    public static IReadOnlyList<TableColumn> AgeOnly { get; } = [Age with { Type = "date" }];

    /// <summary>The column of a CRD's <c>additionalPrinterColumns</c>.</summary>
    public static TableColumn FromCrd(JsonObject column)
    {
        var path = JsonPath.Parse(column.Text("jsonPath") ?? "");
        var type = column.Text("type") ?? "string";
        return new TableColumn(
            column.Text("name") ?? "",
            type,
            (obj, now) => Shown(type, path.Find(obj), now),
            (int)(column.Number("priority") ?? 0),
            column.Text("description") ?? "",
            column.Text("format") ?? "");
    }

    private static JsonNode? Shown(string type, JsonNode? value, DateTimeOffset now) => type switch
    {
        _ when value is null => null,
        "date" => TableWriter.Ago(value.ToString(), now),
        "string" => value is JsonValue ? value.ToString() : value.ToText(),
        _ => value.DeepClone(),
    };
}
