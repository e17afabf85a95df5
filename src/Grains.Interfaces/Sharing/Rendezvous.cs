namespace OrleansOperator.Grains.Interfaces.Sharing;

/// <summary>
/// Rendezvous hashing (highest random weight): who of several members a key belongs to. Every silo computes the same from the
/// same members, and a member that comes or goes moves only the keys it takes or leaves.
/// </summary>
public static class Rendezvous
{
    /// <summary>The member that a key belongs to; null when there is none.</summary>
    /// <param name="key">What is to be owned.</param>
    /// <param name="members">The names of the members, in any order.</param>
    public static string? OwnerOf(ReadOnlySpan<char> key, IEnumerable<string> members)
    {
        ArgumentNullException.ThrowIfNull(members);
        var hash = Fnv1a.Hash(key);
        string? owner = null;
        ulong best = 0;
        foreach (var member in members)
        {
            var score = Mix(hash ^ Mix(Fnv1a.Hash(member)));
            if (owner is null || score > best || (score == best && string.CompareOrdinal(member, owner) < 0))
                (owner, best) = (member, score);
        }

        return owner;
    }

    /// <summary>FNV leaves the high bits of texts that differ only at the end alike; this spreads them (the finalizer of SplitMix64).</summary>
    private static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return hash ^ (hash >> 31);
    }
}
