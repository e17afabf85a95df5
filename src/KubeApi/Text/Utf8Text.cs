using System.Text;

namespace OrleansOperator.KubeApi.Text;

/// <summary>Fits text to limits that the API server counts in bytes of UTF-8.</summary>
public static class Utf8Text
{
    private const string Ellipsis = "...";

    /// <summary>The text, cut between two characters and ended with <c>...</c> when it is longer than so many bytes.</summary>
    /// <param name="text">The text.</param>
    /// <param name="most">The limit in bytes, 3 or more.</param>
    public static string Fit(string text, int most)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(most, Ellipsis.Length);
        if (Encoding.UTF8.GetByteCount(text) <= most)
            return text;
        var (bytes, end) = (Ellipsis.Length, 0);
        foreach (var rune in text.EnumerateRunes())
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > most)
                break;
            end += rune.Utf16SequenceLength;
        }

        return string.Concat(text.AsSpan(0, end), Ellipsis);
    }
}
