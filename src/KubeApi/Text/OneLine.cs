using System.Globalization;
using System.Text;

namespace OrleansOperator.KubeApi.Text;

/// <summary>
/// Makes text that others wrote safe for one line of a log or a terminal: an object's name, a server's message or a program's
/// output must neither begin a line of its own, nor move the cursor, nor show its characters in another order than they have.
/// </summary>
public static class OneLine
{
    /// <summary>How many characters are kept unless told otherwise.</summary>
    public const int DefaultLength = 1024;

    /// <summary>
    /// Spaces for line breaks and tabs; <c>\u001b</c> and the like for other control characters, for the format characters that change
    /// direction or are invisible (Unicode category Cf), and for halves of surrogate pairs; cut after <paramref name="most"/>
    /// characters. Text without any of these comes back as it is.
    /// </summary>
    public static string Of(string text, int most = DefaultLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= most && IsPlain(text) ? text : Rewrite(text, most);
    }

    private static bool IsPlain(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsPlain(rune))
                return false;
        }

        return true;
    }

    /// <summary>U+FFFD is what half a surrogate pair is enumerated as, and harmless by itself.</summary>
    private static bool IsPlain(Rune rune) =>
        Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
            or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned)
        && rune != Rune.ReplacementChar;

    private static string Rewrite(string text, int most)
    {
        var line = new StringBuilder(Math.Min(text.Length, most) + 16);
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
                return line.Append("...").ToString();
            if (IsPlain(rune))
                line.Append(rune);
            else if (rune.Value is '\n' or '\r' or '\t')
                line.Append(' ');
            else
                Escape(line, rune);
        }

        return line.ToString();
    }

    /// <summary>As JSON and C# have it, so that escaped text in JSON stays JSON.</summary>
    private static void Escape(StringBuilder line, Rune rune)
    {
        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
            line.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
    }
}
