using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>
/// One step of a path to a field, in the form of <c>fieldsV1</c>: <c>f:name</c> for a field, <c>k:{…}</c> for an item of a keyed list,
/// <c>v:…</c> for an item of a set (structured merge diff, <c>fieldpath.PathElement</c>). Two are equal if their texts are.
/// </summary>
internal readonly record struct PathElement(string Text) : IComparable<PathElement>
{
    public static PathElement Field(string name) => new("f:" + name);

    public static PathElement Value(JsonNode? value) => new("v:" + value.ToText());

    /// <param name="key">The key fields; sorted by name they are the same key in whatever order they came.</param>
    public static PathElement Key(JsonObject key) =>
        new("k:" + new JsonObject(key.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => KeyValuePair.Create(pair.Key, pair.Value?.DeepClone()))).ToText());

    /// <summary>The name of a field, or null when it is an item of a list.</summary>
    public string? FieldName => Text[0] == 'f' ? Text[2..] : null;

    public bool IsKey => Text[0] == 'k';

    /// <summary>As it stands in the message of a conflict.</summary>
    public override string ToString() => Text[0] switch
    {
        'f' => "." + Text[2..],
        'k' => $"[{string.Join(",", JsonNode.Parse(Text.AsSpan(2).ToString())!.AsObject().Select(pair => $"{pair.Key}={pair.Value.ToText()}"))}]",
        'v' => $"[={Text[2..]}]",
        _ => $"[{Text[2..]}]",
    };

    /// <summary>Fields by name, then keyed items by their keys, then items of sets; numbers as numbers.</summary>
    public int CompareTo(PathElement other)
    {
        if (Text[0] != other.Text[0])
            return Rank(Text[0]).CompareTo(Rank(other.Text[0]));
        if (Text == other.Text)
            return 0;
        return Text[0] switch
        {
            'k' => CompareKeys(JsonNode.Parse(Text[2..])!.AsObject(), JsonNode.Parse(other.Text[2..])!.AsObject()),
            'v' => CompareValues(JsonNode.Parse(Text[2..]), JsonNode.Parse(other.Text[2..])),
            _ => string.CompareOrdinal(Text, other.Text),
        };
    }

    private static int Rank(char kind) => "fkvi".IndexOf(kind, StringComparison.Ordinal);

    private static int CompareKeys(JsonObject left, JsonObject right)
    {
        foreach (var (mine, theirs) in left.Zip(right))
        {
            var order = string.CompareOrdinal(mine.Key, theirs.Key);
            if (order == 0)
                order = CompareValues(mine.Value, theirs.Value);
            if (order != 0)
                return order;
        }

        return left.Count.CompareTo(right.Count);
    }

    private static int CompareValues(JsonNode? left, JsonNode? right)
    {
        var (mine, theirs) = (left?.GetValueKind() ?? JsonValueKind.Null, right?.GetValueKind() ?? JsonValueKind.Null);
        if (mine == JsonValueKind.Number && theirs == JsonValueKind.Number)
            return left.Real()!.Value.CompareTo(right.Real()!.Value);
        if (mine == JsonValueKind.String && theirs == JsonValueKind.String)
            return string.CompareOrdinal(left!.GetValue<string>(), right!.GetValue<string>());
        return mine == theirs ? string.CompareOrdinal(left.ToText(), right.ToText()) : RankOf(mine).CompareTo(RankOf(theirs));
    }

    private static int RankOf(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Number => 0,
        JsonValueKind.String => 1,
        JsonValueKind.False => 2,
        JsonValueKind.True => 3,
        JsonValueKind.Array => 4,
        JsonValueKind.Object => 5,
        _ => 6,
    };
}
