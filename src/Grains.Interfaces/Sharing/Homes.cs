using System.Collections.Immutable;

namespace OrleansOperator.Grains.Interfaces.Sharing;

/// <summary>
/// The active silos, and the home of each key among them by <see cref="Rendezvous"/> hashing. Immutable; computed from the
/// membership alone, so that silos with the same view agree without asking.
/// </summary>
public sealed class Homes
{
    private readonly ulong[] _scores;

    /// <summary>The homes among some silos.</summary>
    public Homes(IEnumerable<SiloAddress> silos)
    {
        Silos = [.. silos.OrderBy(silo => silo.ToParsableString(), StringComparer.Ordinal)];
        _scores = [.. Silos.Select(silo => Rendezvous.OfMember(silo.ToParsableString()))];
        Id = _scores.Aggregate((ulong)Silos.Length, static (id, score) => Rendezvous.Mix(id ^ score));
    }

    /// <summary>No silo.</summary>
    public static Homes None { get; } = new([]);

    /// <summary>The silos, in an order that is the same everywhere.</summary>
    public ImmutableArray<SiloAddress> Silos { get; }

    /// <summary>The same for the same silos on every silo.</summary>
    public ulong Id { get; }

    /// <summary>The home of a key; null when there are no silos.</summary>
    public SiloAddress? Of(ReadOnlySpan<char> key) => IndexOf(key) is var index and >= 0 ? Silos[index] : null;

    /// <summary>The home of an object's grain; null when there are no silos.</summary>
    public SiloAddress? Of(ObjectKey key) => IndexOf(key) is var index and >= 0 ? Silos[index] : null;

    /// <summary>The home of an object's grain as an index into <see cref="Silos"/>; -1 when there are no silos.</summary>
    public int IndexOf(ObjectKey key)
    {
        if (key.Namespace.Length == 0)
            return IndexOf(key.Name);

        // The grain key is namespace/name; written without making a string of it, because whole caches are gone through.
        Span<char> text = stackalloc char[512];
        return key.Namespace.Length + key.Name.Length < text.Length && text.TryWrite($"{key.Namespace}/{key.Name}", out var length)
            ? IndexOf(text[..length])
            : IndexOf(key.ToString());
    }

    /// <summary>The silos by how much they are entitled to a key, the home first.</summary>
    public IReadOnlyList<SiloAddress> Ranked(string key)
    {
        var hash = Fnv1a.Hash(key);
        return [.. Enumerable.Range(0, Silos.Length).OrderByDescending(i => Rendezvous.Score(hash, _scores[i])).Select(i => Silos[i])];
    }

    private int IndexOf(ReadOnlySpan<char> key)
    {
        var hash = Fnv1a.Hash(key);
        var (home, best) = (-1, 0UL);
        for (var i = 0; i < _scores.Length; i++)
        {
            var score = Rendezvous.Score(hash, _scores[i]);
            if (home < 0 || score > best)
                (home, best) = (i, score);
        }

        return home;
    }
}
