using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace OrleansOperator.WatchIngest.AntiEntropy;

/// <summary>Answers other silos, and this one, about the feeds; <see cref="LocalFeeds"/> has the answers.</summary>
[Reentrant]
internal sealed class FeedPeer(GrainId id, Silo silo, ILoggerFactory loggers, LocalFeeds local) : GrainService(id, silo, loggers), IFeedPeer
{
    /// <inheritdoc/>
    public Task<KnownFeeds> GetKnownFeeds() => Task.FromResult(local.Known);

    /// <inheritdoc/>
    public Task<FeedDifference> Compare(FeedDigest digest) => local.CompareAsync(digest);

    /// <inheritdoc/>
    public Task Tell(FeedNews news) => local.TellAsync(news);
}
