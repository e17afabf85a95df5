namespace OrleansOperator.Grains.Interfaces.Sharing;

/// <summary>FNV-1a of 64 bits, the hash of shard selectors (KEP-5866).</summary>
public static class Fnv1a
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>The hash of a text's UTF-8.</summary>
    public static ulong Hash(ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[256];
        if (!System.Text.Encoding.UTF8.TryGetBytes(text, utf8, out var length))
            return Hash(System.Text.Encoding.UTF8.GetBytes(text.ToArray()));
        return Hash(utf8[..length]);
    }

    private static ulong Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = OffsetBasis;
        foreach (var b in bytes)
            hash = (hash ^ b) * Prime;
        return hash;
    }
}
