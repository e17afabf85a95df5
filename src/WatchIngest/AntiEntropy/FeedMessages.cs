using System.Collections.Immutable;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.WatchIngest.AntiEntropy;

/// <summary>What a feed is about.</summary>
[GenerateSerializer, Immutable, Alias("oo.feed-scope")]
internal sealed record FeedScope
{
    /// <summary>The feed's name.</summary>
    [Id(0)] public required string Feed { get; init; }

    /// <summary>The kind, as <c>plural.group</c>.</summary>
    [Id(1)] public required string Resource { get; init; }

    /// <summary>The namespace; null for all.</summary>
    [Id(2)] public string? Namespace { get; init; }

    /// <summary>The range of uids.</summary>
    [Id(3)] public required UidRange Range { get; init; }

    /// <summary>The scope of a feed.</summary>
    public static FeedScope Of(Feed feed) => new()
    {
        Feed = feed.Id,
        Resource = feed.Definition.Resource.QualifiedName,
        Namespace = feed.Namespace,
        Range = feed.Range,
    };

    /// <summary>Whether the feed would bring an object.</summary>
    public bool Contains(KnownObject known) =>
        known.Resource == Resource && (Namespace is null || known.Snapshot.Key.Namespace == Namespace) && Range.Contains(known.Snapshot.Uid);
}

/// <summary>What a silo's grains should know of a feed, hashed: the question of a round of anti-entropy.</summary>
[GenerateSerializer, Immutable, Alias("oo.feed-digest")]
internal sealed record FeedDigest
{
    /// <summary>The feed.</summary>
    [Id(0)] public required FeedScope Scope { get; init; }

    /// <summary>The silo that delivers the feed.</summary>
    [Id(1)] public required SiloAddress Deliverer { get; init; }

    /// <summary><see cref="Homes.Id"/> of the deliverer's view: both sides must mean the same homes.</summary>
    [Id(2)] public required ulong Homes { get; init; }

    /// <summary>The hash of each bucket, see <see cref="Buckets"/>.</summary>
    [Id(3)] public required ImmutableArray<ulong> Buckets { get; init; }

    /// <summary>Whether owners go ahead although the objects they own have not been told completely.</summary>
    [Id(4)] public bool WithoutOwned { get; init; }
}

/// <summary>How a silo answers a <see cref="FeedDigest"/>.</summary>
[GenerateSerializer, Alias("oo.feed-comparison")]
internal enum FeedComparison
{
    /// <summary>The entries of the buckets that differ follow; none when nothing differs.</summary>
    Compared = 0,

    /// <summary>The silo sees other active silos: ask again.</summary>
    OtherHomes = 1,

    /// <summary>The objects that are owned by these have not been told completely: ask again.</summary>
    OwnedFirst = 2,

    /// <summary>The silo does not know the kind, so that none of its grains can be here.</summary>
    UnknownKind = 3,
}

/// <summary>Where what a silo's grains know differs from the digest.</summary>
[GenerateSerializer, Immutable, Alias("oo.feed-difference")]
internal sealed record FeedDifference
{
    /// <summary>Whether the silo has compared.</summary>
    [Id(0)] public required FeedComparison Comparison { get; init; }

    /// <summary>The numbers of the buckets that differ.</summary>
    [Id(1)] public ImmutableArray<int> Buckets { get; init; } = [];

    /// <summary>Everything that the grains of these buckets know of the feed.</summary>
    [Id(2)] public ImmutableArray<KnownEntry> Entries { get; init; } = [];
}

/// <summary>An object that a grain knows.</summary>
/// <param name="Grain">The grain.</param>
/// <param name="Object">The object.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Version">Its resource version as the grain knows it.</param>
[GenerateSerializer, Immutable, Alias("oo.known-entry")]
internal readonly record struct KnownEntry(
    [property: Id(0)] ObjectKey Grain, [property: Id(1)] ObjectKey Object, [property: Id(2)] string Uid, [property: Id(3)] long Version);

/// <summary>What a silo's grains lack, a part of it at a time.</summary>
[GenerateSerializer, Immutable, Alias("oo.feed-news")]
internal sealed record FeedNews
{
    /// <summary>The feed.</summary>
    [Id(0)] public required FeedScope Scope { get; init; }

    /// <summary><see cref="Homes.Id"/> of the view that the round was made for.</summary>
    [Id(1)] public required ulong Homes { get; init; }

    /// <summary>What to tell to which grain.</summary>
    [Id(2)] public required ImmutableArray<GrainNews> Items { get; init; }

    /// <summary>Whether this is the last part: with it the silo's grains know everything that there is for them.</summary>
    [Id(3)] public bool IsLast { get; init; }
}

/// <summary>What one grain lacks.</summary>
/// <param name="Grain">The grain.</param>
/// <param name="Observation">What it is to observe.</param>
[GenerateSerializer, Immutable, Alias("oo.grain-news")]
internal readonly record struct GrainNews([property: Id(0)] ObjectKey Grain, [property: Id(1)] Observation Observation);

/// <summary>The feeds that a silo knows by its configuration.</summary>
[GenerateSerializer, Immutable, Alias("oo.known-feeds")]
internal sealed record KnownFeeds
{
    /// <summary>The names of the feeds.</summary>
    [Id(0)] public required ImmutableArray<string> Feeds { get; init; }
}
