using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>
/// The JSONPath that printer columns use: fields, indexes, <c>[*]</c> and filters such as
/// <c>.status.conditions[?(@.type=="Ready")].status</c>. The first hit is shown.
/// </summary>
internal sealed partial class JsonPath
{
    private readonly List<Func<JsonNode?, IEnumerable<JsonNode?>>> _steps = [];

    /// <exception cref="FormatException">The path is not understood.</exception>
    public static JsonPath Parse(string text)
    {
        var path = new JsonPath();
        var end = 0;
        foreach (Match match in Step().Matches(text))
        {
            if (match.Index != end)
                break;
            end += match.Length;
            path._steps.Add(StepOf(match));
        }

        return end == text.Length && text.Length > 0 ? path : throw new FormatException($"'{text}' is not a JSON path such as .spec.replicas");
    }

    public JsonNode? Find(JsonNode? root)
    {
        IEnumerable<JsonNode?> found = [root];
        foreach (var step in _steps)
            found = found.SelectMany(step);
        return found.FirstOrDefault();
    }

    private static Func<JsonNode?, IEnumerable<JsonNode?>> StepOf(Match match)
    {
        if (match.Groups["field"] is { Success: true } field)
        {
            var name = field.Value.Replace("\\.", ".", StringComparison.Ordinal);
            return node => node is JsonObject obj && obj[name] is { } child ? [child] : [];
        }

        if (match.Groups["index"] is { Success: true } index)
        {
            var at = int.Parse(index.Value, CultureInfo.InvariantCulture);
            return node => node is JsonArray list && at < list.Count ? [list[at]] : [];
        }

        if (match.Groups["key"] is { Success: true } key)
        {
            var (names, value) = (key.Value.Split('.'), match.Groups["value"].Value);
            return node => (node as JsonArray ?? []).Where(item => item.Dig(names)?.ToString() == value);
        }

        return node => node as JsonArray ?? [];
    }

    [GeneratedRegex(@"\.(?<field>(?:[\w$/-]|\\\.)+)|\[(?<index>\d+)\]|\['(?<field>[^']+)'\]|\[\?\(\s*@\.(?<key>[\w.]+)\s*==\s*['""](?<value>[^'""]*)['""]\s*\)\]|\[\*\]")]
    private static partial Regex Step();
}
