using System.Collections.Frozen;
using System.Globalization;

namespace OrleansOperator.DevCluster.Protobuf;

/// <summary>The protobuf form of built-in kinds: which number is which field. The table stands in <c>wire.txt</c>.</summary>
internal static class WireTypes
{
    private static readonly Lazy<FrozenDictionary<string, FrozenDictionary<int, WireField>>> Messages = new(Read);

    /// <summary>The fields of a message by their numbers, or null when it is none of the built-in ones.</summary>
    /// <param name="message">Name of the Go type.</param>
    public static FrozenDictionary<int, WireField>? Find(string message) => Messages.Value.GetValueOrDefault(message);

    /// <summary>The message of a kind. Two API groups have an Event of their own.</summary>
    public static string MessageOf(string apiVersion, string kind) =>
        kind == "Event" && apiVersion.StartsWith("events.k8s.io/", StringComparison.Ordinal) ? "EventsEvent" : kind;

    private static FrozenDictionary<string, FrozenDictionary<int, WireField>> Read()
    {
        using var stream = typeof(WireTypes).Assembly.GetManifestResourceStream("wire.txt")!;
        using var reader = new StreamReader(stream);
        var messages = new Dictionary<string, FrozenDictionary<int, WireField>>();
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith('#'))
                continue;
            var parts = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            messages[parts[0].TrimEnd(':')] = parts[1..].Select(Field).ToFrozenDictionary(pair => pair.Number, pair => pair.Field);
        }

        return messages.ToFrozenDictionary();
    }

    private static (int Number, WireField Field) Field(string text)
    {
        var (name, rest) = (text[..text.IndexOf('=', StringComparison.Ordinal)], text[(text.IndexOf('=', StringComparison.Ordinal) + 1)..]);
        var colon = rest.IndexOf(':', StringComparison.Ordinal);
        var type = rest[(colon + 1)..];
        return (int.Parse(rest[..colon], CultureInfo.InvariantCulture), new WireField(
            name.TrimEnd('!'), type.TrimEnd('?', ']', '[', '}', '{'), name.EndsWith('!'), type.EndsWith("[]", StringComparison.Ordinal),
            type.EndsWith("{}", StringComparison.Ordinal), type.EndsWith('?')));
    }
}
