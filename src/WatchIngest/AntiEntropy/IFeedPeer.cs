using Orleans.Runtime.Services;
using Orleans.Services;

namespace OrleansOperator.WatchIngest.AntiEntropy;

/// <summary>What silos ask of each other about feeds. Each method takes one message, which may gain fields.</summary>
[Alias("oo.feed-peer")]
internal interface IFeedPeer : IGrainService
{
    /// <summary>Which feeds the silo knows. The same for as long as it runs.</summary>
    [Alias("known-feeds")]
    Task<KnownFeeds> GetKnownFeeds();

    /// <summary>
    /// Compares what the silo's grains know of a feed with what they should know. Also says that the asking silo delivers the feed.
    /// </summary>
    [Alias("compare")]
    Task<FeedDifference> Compare(FeedDigest digest);

    /// <summary>Tells the silo's grains what they lack. Returns when they know it.</summary>
    [Alias("tell")]
    Task Tell(FeedNews news);
}

/// <summary>The <see cref="IFeedPeer"/> of each silo, this one's included.</summary>
internal interface IFeedPeers
{
    /// <summary>The peer on a silo.</summary>
    IFeedPeer Of(SiloAddress silo);
}

/// <inheritdoc cref="IFeedPeers"/>
internal sealed class FeedPeers(IServiceProvider services) : GrainServiceClient<IFeedPeer>(services), IFeedPeers
{
    /// <inheritdoc/>
    public IFeedPeer Of(SiloAddress silo) => GetGrainService(silo);
}
