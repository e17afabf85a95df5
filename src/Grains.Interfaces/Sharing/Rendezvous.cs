namespace OrleansOperator.Grains.Interfaces.Sharing;

/// <summary>
/// Rendezvous hashing (highest random weight): which of several members a key belongs to. Every silo computes the same from the
/// same members, and a member that joins or leaves moves only the keys it takes or gives up.
/// </summary>
public static class Rendezvous
{
    /// <summary>The hash of a member's name, to be scored with keys.</summary>
    public static ulong OfMember(string name) => Mix(Fnv1a.Hash(name));

    /// <summary>How much a member is entitled to a key: the highest score is its home.</summary>
    /// <param name="key"><see cref="Fnv1a"/> of the key.</param>
    /// <param name="member"><see cref="OfMember"/> of the member.</param>
    public static ulong Score(ulong key, ulong member) => Mix(key ^ member);

    /// <summary>FNV leaves the high bits of texts that differ only at the end alike; this spreads them (the finalizer of SplitMix64).</summary>
    public static ulong Mix(ulong hash)
    {
        hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
        hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
        return hash ^ (hash >> 31);
    }
}
