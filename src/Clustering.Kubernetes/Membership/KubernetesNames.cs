using System.Security.Cryptography;
using System.Text;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>Names for objects, made from texts that may hold anything.</summary>
internal static class KubernetesNames
{
    /// <summary>The limit of label values, which the names are used as too.</summary>
    private const int MaxLength = 63;

    private const int HashLength = 10;

    /// <summary>
    /// The text itself where it is a DNS label; otherwise what can be kept of it, and a hash of the whole, so that no two texts
    /// share a name.
    /// </summary>
    public static string For(string text)
    {
        if (IsDnsLabel(text))
            return text;

        var kept = new StringBuilder(text.Length);
        foreach (var c in text.ToLowerInvariant())
        {
            if (IsLetterOrDigit(c))
                kept.Append(c);
            else if (kept.Length > 0 && kept[^1] != '-')
                kept.Append('-');
        }

        kept.Length = Math.Min(kept.Length, MaxLength - HashLength - 1);
        if (kept.Length > 0 && kept[^1] != '-')
            kept.Append('-');
        return kept.Append(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..HashLength]).ToString();
    }

    private static bool IsDnsLabel(string text) =>
        text.Length is > 0 and <= MaxLength && text.All(static c => IsLetterOrDigit(c) || c == '-') && text[0] != '-' && text[^1] != '-';

    private static bool IsLetterOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
}
