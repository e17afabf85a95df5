using System.Collections.Immutable;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.WatchIngest.AntiEntropy;

/// <summary>
/// A set of (grain, object, version) in <see cref="Count"/> hashes, so that two silos find out in two kilobytes where their sets
/// differ. A grain's objects are all in one bucket.
/// </summary>
internal sealed class Buckets
{
    /// <summary>How many there are.</summary>
    public const int Count = 256;

    private readonly ulong[] _hashes = new ulong[Count];

    /// <summary>The bucket of a grain.</summary>
    public static int Of(ObjectKey grain) => (int)(Hash(grain) % Count);

    /// <summary>Adds an object.</summary>
    public void Add(ObjectKey grain, string uid, long version)
    {
        var hash = Hash(grain);

        // A sum does not depend on the order, and two equal entries do not cancel each other out, as they would with xor.
        _hashes[hash % Count] += Rendezvous.Mix(hash ^ Rendezvous.Mix(Fnv1a.Hash(uid) ^ Rendezvous.Mix((ulong)version)));
    }

    /// <summary>The hashes as they are now.</summary>
    public ImmutableArray<ulong> ToImmutable() => [.. _hashes];

    /// <summary>The numbers of the buckets that differ.</summary>
    public ImmutableArray<int> Differing(ImmutableArray<ulong> others) => [.. Enumerable.Range(0, Count).Where(i => _hashes[i] != others[i])];

    private static ulong Hash(ObjectKey grain) => Rendezvous.Mix((Fnv1a.Hash(grain.Namespace) * 31) ^ Fnv1a.Hash(grain.Name));
}
