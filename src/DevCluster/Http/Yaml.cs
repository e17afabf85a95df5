using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace OrleansOperator.DevCluster.Http;

/// <summary>YAML to JSON as sigs.k8s.io/yaml does it, with the plain words of YAML 1.1: <c>y</c> and <c>on</c> are booleans.</summary>
internal static partial class Yaml
{
    private static readonly HashSet<string> Yes = ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"];
    private static readonly HashSet<string> No = ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"];

    /// <summary>How many values a text may stand for: aliases multiply them.</summary>
    private const int MaxNodes = 1_000_000;

    /// <summary>The first document.</summary>
    /// <exception cref="YamlException">It does not parse.</exception>
    /// <exception cref="FormatException">It is nested too deeply, or uses what JSON has not.</exception>
    public static JsonNode? Parse(string text) => ParseAll(text).FirstOrDefault();

    /// <summary>All documents that are not empty.</summary>
    public static List<JsonNode> ParseAll(string text)
    {
        CheckDepth(text);
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var budget = MaxNodes;
        var documents = new List<JsonNode>();
        foreach (var document in stream.Documents)
        {
            if (Convert(document.RootNode, 0, ref budget) is { } node)
                documents.Add(node);
        }

        return documents;
    }

    /// <summary>Loading recurses, and a stack that overflows takes the process with it: events tell the depth before.</summary>
    private static void CheckDepth(string text)
    {
        var parser = new Parser(new StringReader(text));
        for (var depth = 0; parser.MoveNext();)
        {
            // The stream and the document count as a level each.
            depth += parser.Current!.NestingIncrease;
            if (depth > Json.MaxDepth + 2)
                throw new FormatException($"exceeded max depth {Json.MaxDepth}");
        }
    }

    private static JsonNode? Convert(YamlNode node, int depth, ref int budget)
    {
        if (depth > Json.MaxDepth)
            throw new FormatException($"exceeded max depth {Json.MaxDepth}");
        if (--budget < 0)
            throw new FormatException("document contains excessive aliasing");
        switch (node)
        {
            case YamlMappingNode map:
                var obj = new JsonObject();
                foreach (var (key, value) in map.Children)
                {
                    if (key is not YamlScalarNode name)
                        throw new FormatException("a key is no plain text");
                    obj[name.Value ?? ""] = Convert(value, depth + 1, ref budget);
                }

                return obj;
            case YamlSequenceNode list:
                var items = new JsonArray();
                foreach (var item in list.Children)
                    items.Add(Convert(item, depth + 1, ref budget));
                return items;
            case YamlScalarNode scalar:
                return Scalar(scalar);
            default:
                throw new FormatException("an alias has no anchor");
        }
    }

    private static JsonValue? Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any))
            return JsonValue.Create(text);
        if (text is "" or "~" or "null" or "Null" or "NULL")
            return null;
        if (Yes.Contains(text))
            return JsonValue.Create(true);
        if (No.Contains(text))
            return JsonValue.Create(false);
        if (Whole().IsMatch(text) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole))
            return JsonValue.Create(whole);
        if (Real().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) && double.IsFinite(real))
            return JsonValue.Create(real);
        return JsonValue.Create(text);
    }

    [GeneratedRegex(@"^[-+]?(0|[1-9]\d*)$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"^[-+]?(\d+\.\d*|\.\d+|\d+)([eE][-+]?\d+)?$")]
    private static partial Regex Real();
}
