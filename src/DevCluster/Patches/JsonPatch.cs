using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Patches;

/// <summary>JSON patch (RFC 6902).</summary>
internal static class JsonPatch
{
    /// <summary>As in the real server, so that a patch cannot hold it up.</summary>
    private const int MaxOperations = 10_000;

    /// <summary>How much all copies together may add, as in the real server.</summary>
    private const int MaxCopied = 3 * 1024 * 1024;

    /// <exception cref="PatchException">An operation is malformed, a path does not exist, or a test fails.</exception>
    /// <exception cref="ApiException">413: the copies are too large.</exception>
    public static JsonNode? Apply(JsonNode? document, JsonArray operations)
    {
        if (operations.Count > MaxOperations)
            throw new PatchException($"The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        var root = document;
        var copied = 0L;
        foreach (var operation in operations)
        {
            var path = Pointer(operation.Text("path"));
            switch (operation.Text("op"))
            {
                case "add":
                    root = Add(root, path, Value(operation));
                    break;
                case "remove":
                    root = Remove(root, path);
                    break;
                case "replace":
                    Find(root, path);
                    root = path.Length == 0 ? Value(operation) : Add(Remove(root, path), path, Value(operation));
                    break;
                case "move":
                    var from = Pointer(operation.Text("from"));
                    var moved = Find(root, from)?.DeepClone();
                    root = Add(Remove(root, from), path, moved);
                    break;
                case "copy":
                    var copy = Find(root, Pointer(operation.Text("from")))?.DeepClone();
                    copied += copy?.ToUtf8().Length ?? 0;
                    if (copied > MaxCopied)
                        throw ApiErrors.TooLarge(MaxCopied);
                    root = Add(root, path, copy);
                    break;
                case "test":
                    if (!JsonNode.DeepEquals(Find(root, path), (operation as JsonObject)?["value"]))
                        throw new PatchException($"testing value {operation.Text("path")} failed");
                    break;
                case var other:
                    throw new PatchException($"Unexpected kind: {other}");
            }
        }

        return root;
    }

    private static JsonNode? Value(JsonNode? operation) =>
        operation is JsonObject obj && obj.TryGetPropertyValue("value", out var value)
            ? value?.DeepClone()
            : throw new PatchException("an operation lacks its value");

    private static string[] Pointer(string? text)
    {
        if (text is null || (text.Length > 0 && text[0] != '/'))
            throw new PatchException($"'{text}' is not a JSON pointer");
        return text.Length == 0
            ? []
            : [.. text[1..].Split('/').Select(part => part.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];
    }

    private static JsonNode? Find(JsonNode? node, ReadOnlySpan<string> path)
    {
        foreach (var part in path)
        {
            node = node switch
            {
                JsonObject obj when obj.TryGetPropertyValue(part, out var child) => child,
                JsonArray list => list[Index(part, list.Count - 1)],
                _ => throw new PatchException($"the path part '{part}' does not exist"),
            };
        }

        return node;
    }

    private static JsonNode? Add(JsonNode? root, string[] path, JsonNode? value)
    {
        if (path.Length == 0)
            return value;
        var name = path[^1];
        switch (Find(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject obj:
                obj[name] = value;
                break;
            case JsonArray list when name == "-":
                list.Add(value);
                break;
            case JsonArray list:
                list.Insert(Index(name, list.Count), value);
                break;
            default:
                throw new PatchException($"the parent of '{name}' is no object or list");
        }

        return root;
    }

    private static JsonNode? Remove(JsonNode? root, string[] path)
    {
        if (path.Length == 0)
            return null;
        var name = path[^1];
        switch (Find(root, path.AsSpan(0, path.Length - 1)))
        {
            case JsonObject obj when obj.Remove(name):
                return root;
            case JsonArray list:
                list.RemoveAt(Index(name, list.Count - 1));
                return root;
            default:
                throw new PatchException($"Unable to remove nonexistent key: {name}: missing value");
        }
    }

    private static int Index(string text, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index <= most
            ? index
            : throw new PatchException($"Unable to access invalid index: {text}");
}
