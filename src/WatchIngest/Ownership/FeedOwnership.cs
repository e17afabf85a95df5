namespace OrleansOperator.WatchIngest.Ownership;

/// <summary>
/// Who runs which feed: rendezvous hashing, so that every silo computes the same from the same membership, and a silo that
/// comes or goes moves only the feeds it takes or leaves.
/// </summary>
internal static class FeedOwnership
{
    /// <summary>The silo that runs a feed; null when there is none.</summary>
    /// <param name="feed">The feed's id.</param>
    /// <param name="silos">The names of the active silos, in any order.</param>
    public static string? OwnerOf(string feed, IEnumerable<string> silos)
    {
        string? owner = null;
        ulong best = 0;
        foreach (var silo in silos)
        {
            var score = Mix(Fnv1a.Hash($"{silo}|{feed}"));
            if (owner is null || score > best || (score == best && string.CompareOrdinal(silo, owner) < 0))
                (owner, best) = (silo, score);
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
