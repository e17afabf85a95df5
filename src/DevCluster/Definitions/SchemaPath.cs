using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>Paths into a schema, such as <c>.spec.names['a.b']</c> (apiextensions, <c>cel.ValidFieldPath</c>).</summary>
internal static class SchemaPath
{
    private const string NoField = "does not refer to a valid field";

    /// <summary>Follows a path; what is wrong with it, or null.</summary>
    /// <param name="path">The path.</param>
    /// <param name="schema">Where it begins.</param>
    /// <param name="allowsBrackets">Whether <c>['name']</c> may stand for a field.</param>
    /// <param name="found">The schema it leads to; null when it leads nowhere.</param>
    public static string? Find(string path, JsonObject schema, bool allowsBrackets, out JsonObject? found)
    {
        found = schema;
        var rest = path.AsSpan();
        while (rest.Length > 0)
        {
            string name;
            switch (rest[0])
            {
                case '.':
                    if (rest.Length == 1)
                        return "unexpected end of JSON path";
                    name = Word(rest[1..]);
                    rest = rest[(1 + name.Length)..];
                    break;
                case '[':
                    if (!allowsBrackets)
                        return "array notation is not allowed";
                    if (Quoted(rest[1..], out name, out var length) is { } wrong)
                        return wrong;
                    rest = rest[(1 + length)..];
                    if (rest.Length == 0)
                        return "unexpected end of JSON path";
                    if (rest[0] != ']')
                        return $"expected ] but got {Word(rest)}";
                    rest = rest[1..];
                    break;
                default:
                    return $"expected [ or . but got: {Word(rest)}";
            }

            if (found.Object("properties") is { } properties)
                found = properties[name] as JsonObject;
            else
                found = found?["additionalProperties"] as JsonObject;
            if (found is null)
                return NoField;
        }

        return null;
    }

    /// <summary>Up to the next delimiter; a delimiter is a word of its own.</summary>
    private static string Word(ReadOnlySpan<char> text)
    {
        var end = text.IndexOfAny('.', '[', ']');
        return (end < 0 ? text : text[..Math.Max(end, 1)]).ToString();
    }

    private static string? Quoted(ReadOnlySpan<char> text, out string name, out int length)
    {
        (name, length) = ("", 0);
        if (text.Length == 0)
            return "unexpected end of JSON path";
        if (text[0] != '\'')
            return $"expected single quoted string but got {Word(text)}";
        for (var i = 1; i < text.Length; i++)
        {
            if (text[i] != '\'' || text[i - 1] == '\\')
                continue;
            (name, length) = (text[1..i].ToString().Replace("\\'", "'", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal), i + 1);
            return null;
        }

        return "unexpected end of JSON path";
    }
}
