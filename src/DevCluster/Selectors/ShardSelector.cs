using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Selectors;

/// <summary>
/// Ranges of hashes of a field, such as <c>shardRange(object.metadata.uid, '0x0000000000000000', '0x8000000000000000')</c>,
/// joined by <c>||</c> (KEP-5866). The hash is FNV-1a of 64 bits; a range holds its start and not its end.
/// </summary>
internal sealed partial class ShardSelector
{
    private readonly List<(bool ByUid, UInt128 Start, UInt128 End)> _ranges = [];

    public bool IsEmpty => _ranges.Count == 0;

    /// <exception cref="ApiException">It does not parse; a real server answers 500.</exception>
    public static ShardSelector Parse(string? text)
    {
        var selector = new ShardSelector();
        if (string.IsNullOrEmpty(text))
            return selector;
        foreach (var term in text.Split("||", StringSplitOptions.TrimEntries))
        {
            if (Call().Match(term) is not { Success: true } call)
                throw Error("unexpected expression kind 3; expected shardRange() call or || operator");
            var field = call.Groups[1].Value;
            if (field is not ("object.metadata.uid" or "object.metadata.namespace"))
                throw Error($"unsupported field path \"{field}\"; supported: object.metadata.uid, object.metadata.namespace");
            var (start, end) = (Bound("hexStart", call.Groups[2].Value), Bound("hexEnd", call.Groups[3].Value));
            if (start >= end)
                throw Error($"shard range start {call.Groups[2].Value} must be less than end {call.Groups[3].Value}");
            selector._ranges.Add((field == "object.metadata.uid", start, end));
        }

        return selector;
    }

    public bool Matches(StoredObject obj) =>
        IsEmpty || _ranges.Exists(range =>
        {
            var hash = Fnv1a(range.ByUid ? obj.Uid : obj.Namespace);
            return hash >= range.Start && hash < range.End;
        });

    private static ulong Fnv1a(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(text))
            hash = (hash ^ b) * 1099511628211UL;
        return hash;
    }

    /// <summary>16 digits; the end of the last range is 2 to the 64th and has 17.</summary>
    private static UInt128 Bound(string name, string text)
    {
        if (name == "hexEnd" && text == "0x10000000000000000")
            return (UInt128)ulong.MaxValue + 1;
        if (text.Length == 18 && text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value))
        {
            return value;
        }

        var hint = text.StartsWith("0x", StringComparison.Ordinal) && text.Length < 18
            ? $" (did you mean \"0x{text[2..].PadLeft(16, '0')}\"?)"
            : "";
        throw Error($"{name} must be a 0x-prefixed 16-digit hex value, got \"{text}\"{hint}");
    }

    private static ApiException Error(string why) => new(500, null, "invalid shard selector: " + why);

    [GeneratedRegex(@"^shardRange\(\s*([\w.]+)\s*,\s*'([^']*)'\s*,\s*'([^']*)'\s*\)$")]
    private static partial Regex Call();
}
