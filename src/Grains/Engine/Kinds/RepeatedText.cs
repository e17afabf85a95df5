using System.Text.Json;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>
/// One string for each short text that objects repeat, such as their namespace or the kind of their owner: so it is kept once, and
/// read without an allocation. What is pushed out by another text of the same slot is only kept twice.
/// </summary>
internal static class RepeatedText
{
    private const int Slots = 1024;
    private const int Longest = 64;

    private static readonly string?[] Kept = new string?[Slots];

    /// <summary>The text that the reader stands on.</summary>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length > Longest)
            return reader.GetString()!;
        var hash = new HashCode();
        hash.AddBytes(reader.ValueSpan);
        ref var slot = ref Kept[(uint)hash.ToHashCode() % Slots];
        return slot is { } text && reader.ValueTextEquals(text) ? text : slot = reader.GetString()!;
    }
}
