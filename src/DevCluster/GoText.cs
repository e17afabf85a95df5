using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster;

/// <summary>Values in the words of Go's <c>fmt</c> and <c>strconv</c>, in which a real server puts them into messages.</summary>
internal static class GoText
{
    /// <summary><c>%q</c>: quoted, with escapes for what is not printable.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
        {
            switch (rune.Value)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append((char)rune.Value);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case '\r':
                    quoted.Append("\\r");
                    break;
                case < ' ' or 0x7f:
                    quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
                    break;
                default:
                    quoted.Append(rune.ToString());
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary><c>%v</c> of what was read from JSON: <c>map[a:1 b:[x y]]</c>, keys sorted.</summary>
    public static string Plain(JsonNode? node) => node switch
    {
        null => "<nil>",
        JsonObject obj => $"map[{string.Join(" ", obj.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}:{Plain(pair.Value)}"))}]",
        JsonArray list => $"[{string.Join(" ", list.Select(Plain))}]",
        _ when node.GetValueKind() == JsonValueKind.String => node.GetValue<string>(),
        _ => node.ToText(),
    };
}
