using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Schemas;

/// <summary>
/// Regular expressions as Go's RE2 reads them (https://github.com/google/re2/wiki/Syntax), on .NET's engine without backtracking, whose
/// time also grows with the text alone. What RE2 does not have, such as lookarounds and backreferences, is refused.
/// </summary>
internal static class Re2
{
    /// <summary>Patterns come from CRDs, and a server serves few of them for long.</summary>
    private const int MaxCached = 2000;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, Regex> Compiled = new();

    /// <exception cref="FormatException">RE2 would not take it either; the message is in Go's words where it is known.</exception>
    public static Regex Compile(string pattern)
    {
        if (Compiled.TryGetValue(pattern, out var known))
            return known;
        try
        {
            var regex = new Regex(Re2Translator.Translate(pattern), RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, Timeout);
            if (Compiled.Count < MaxCached)
                Compiled[pattern] = regex;
            return regex;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            throw new FormatException($"error parsing regexp: {e.Message}", e);
        }
    }

    /// <summary>Whether a text has a match; a text on which it takes for ever has none.</summary>
    public static bool IsMatch(Regex regex, string text)
    {
        try
        {
            return regex.IsMatch(text);
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }
}
