using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>What cells of several kinds show.</summary>
internal static class Cells
{
    /// <summary>A text at a path; empty where there is none.</summary>
    public static TableColumn Field(string name, params string[] path) => new(name, "string", obj => obj.Dig(path)?.DeepClone() ?? "");

    /// <summary>A number; zero where there is none.</summary>
    public static TableColumn Count(string name, string part, string field) => new(name, "integer", obj => obj[part].Number(field) ?? 0);

    /// <summary>A column that only <c>-o wide</c> shows.</summary>
    public static TableColumn Wide(string name, Func<JsonObject, string?> value, string none = "<none>") =>
        new(name, "string", obj => value(obj) is { Length: > 0 } text ? text : none, 1);

    /// <summary>What a pod template has in it, and which pods are selected.</summary>
    public static IEnumerable<TableColumn> Templates(string kind) =>
    [
        new("Containers", "string", obj => Names(obj.Dig("spec", "template")), 1),
        new("Images", "string", obj => Images(obj.Dig("spec", "template")), 1),
        new("Selector", "string", obj => kind switch
        {
            "ReplicationController" => Labels(obj.Dig("spec", "selector")),
            "Deployment" => SelectorText(obj.Dig("spec", "selector")),
            _ => Selector(obj.Dig("spec", "selector")),
        }, 1),
    ];

    public static string Names(JsonNode? template) => Containers(template, "name");

    public static string Images(JsonNode? template) => Containers(template, "image");

    public static string Labels(JsonNode? labels) =>
        labels is JsonObject { Count: > 0 } obj ? string.Join(",", obj.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")) : "<none>";

    /// <summary>A label selector as kubectl takes it.</summary>
    public static string Selector(JsonNode? selector) => SelectorText(selector) is { Length: > 0 } text ? text : "<none>";

    public static string? Condition(JsonObject obj, string type) =>
        (obj["status"].List("conditions") ?? []).FirstOrDefault(condition => condition.Text("type") == type).Text("status");

    /// <summary>The first of a list, and how many more there are.</summary>
    public static string Some(IReadOnlyList<string> all, int most, string between = ",") =>
        all.Count == 0 ? "<none>" : string.Join(between, all.Take(most)) + (all.Count > most ? $" + {all.Count - most} more..." : "");

    private static string Containers(JsonNode? template, string field) =>
        string.Join(",", (template.Dig("spec").List("containers") ?? []).Select(container => container.Text(field)));

    private static string SelectorText(JsonNode? selector) => string.Join(",", (selector.Object("matchLabels") ?? [])
        .Select(pair => (pair.Key, Text: $"{pair.Key}={pair.Value}"))
        .Concat((selector.List("matchExpressions") ?? []).Select(expression => (Key: expression.Text("key") ?? "", Text: Expression(expression))))
        .OrderBy(requirement => requirement.Key, StringComparer.Ordinal).Select(requirement => requirement.Text));

    private static string Expression(JsonNode? expression)
    {
        var (key, values) = (expression.Text("key"), string.Join(",", (expression.List("values") ?? []).Select(value => value?.ToString()).Order(StringComparer.Ordinal)));
        return expression.Text("operator") switch
        {
            "In" => $"{key} in ({values})",
            "NotIn" => $"{key} notin ({values})",
            "DoesNotExist" => $"!{key}",
            _ => key ?? "",
        };
    }
}
