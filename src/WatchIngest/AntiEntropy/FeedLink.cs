using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.Dispatching;

namespace OrleansOperator.WatchIngest.AntiEntropy;

/// <summary>
/// Keeps what one silo's grains know of one feed equal to what the feed has: a round of anti-entropy whenever one is asked for,
/// and every <see cref="WatchIngestOptions.AntiEntropyPeriod"/>. A round compares hashes, then the entries of the hashes that
/// differ, and tells what is missing, older, or gone. So it does not matter which message was lost, or why.
/// </summary>
internal sealed partial class FeedLink : IAsyncDisposable
{
    /// <summary>How much is told in one message.</summary>
    private const int ItemsPerMessage = 500;

    /// <summary>
    /// How long owners wait for the objects they own to be told, before they are told themselves and read what they lack one by
    /// one. Longer than any list takes; a feed that cannot list must not hold up the others for ever.
    /// </summary>
    private static readonly TimeSpan OwnedFirstLimit = TimeSpan.FromMinutes(5);

    /// <summary>Some failures are usual while a silo joins or leaves; so many, after some ten seconds, are worth a warning.</summary>
    private const int LoggedFailures = 10;

    private static readonly TimeSpan OwnedFirstNotice = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    /// <summary>A silo that does not answer within this is asked again.</summary>
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);

    private readonly Feed _feed;
    private readonly FeedScope _scope;
    private readonly ObjectCache _cache;
    private readonly SiloAddress _silo;
    private readonly IngestServices _services;
    private readonly Channel<bool> _asked = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;
    private Homes _homes;
    private HashSet<(ObjectKey Grain, string Uid, long? Version)> _told = [];

    public FeedLink(Feed feed, ObjectCache cache, SiloAddress silo, Homes homes, IngestServices services)
    {
        (_feed, _scope, _cache, _silo, _homes, _services) = (feed, FeedScope.Of(feed), cache, silo, homes, services);
        _asked.Writer.TryWrite(true);
        _run = services.Supervisor.RunAsync($"anti-entropy of {feed.Id} with {silo}", RunAsync, _stop.Token);
    }

    /// <summary>Whether the silo's grains have known everything at some time.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Asks for a round.</summary>
    public void Ask(Homes homes)
    {
        Volatile.Write(ref _homes, homes);
        _asked.Writer.TryWrite(true);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run;
        _stop.Dispose();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await AskedOrPeriodAsync(cancellationToken);
            await RoundAsync(Volatile.Read(ref _homes), cancellationToken);
        }
    }

    private async Task AskedOrPeriodAsync(CancellationToken cancellationToken)
    {
        using var period = new CancellationTokenSource(_services.Options.AntiEntropyPeriod, _services.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(period.Token, cancellationToken);
        Task asked = _asked.Reader.WaitToReadAsync(either.Token).AsTask();
        await asked.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        _asked.Reader.TryRead(out _);
    }

    /// <summary>Compares and tells until it has succeeded, or the homes are others.</summary>
    private async Task RoundAsync(Homes homes, CancellationToken cancellationToken)
    {
        var started = _services.Clock.GetTimestamp();
        var noticed = false;
        var failures = 0;
        for (var wait = FirstRetry; homes == Volatile.Read(ref _homes);)
        {
            try
            {
                var waited = _services.Clock.GetElapsedTime(started);
                var comparison = await TryRoundAsync(homes, waited > OwnedFirstLimit, cancellationToken);
                if (comparison is FeedComparison.Compared or FeedComparison.UnknownKind)
                {
                    IsComplete = true;
                    _services.Metrics.RoundDone(_feed, _services.Clock.GetElapsedTime(started));
                    return;
                }

                if (comparison == FeedComparison.OwnedFirst && waited > OwnedFirstNotice && !noticed)
                {
                    noticed = true;
                    Log.WaitsForOwned(_services.Logger, _feed.Id, _silo, OwnedFirstLimit.TotalMinutes);
                }
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // The silo is leaving, most likely, or has only just joined.
                if (++failures == LoggedFailures)
                    Log.StillFailing(_services.Logger, e, _feed.Id, _silo);
                else
                    Log.Failed(_services.Logger, _feed.Id, _silo, e.Message);
                _services.Metrics.RoundFailed(_feed);
                wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry;
            }

            await Task.Delay(wait, _services.Clock, cancellationToken);
        }
    }

    private async Task<FeedComparison> TryRoundAsync(Homes homes, bool withoutOwned, CancellationToken cancellationToken)
    {
        var peer = _services.Peers.Of(_silo);
        var digest = new FeedDigest
        {
            Scope = _scope,
            Deliverer = _services.Silo.SiloAddress,
            Homes = homes.Id,
            Buckets = _cache.Digest(homes, _silo),
            WithoutOwned = withoutOwned,
        };
        var difference = await peer.Compare(digest).WaitAsync(CallTimeout, _services.Clock, cancellationToken);
        if (difference is not { Comparison: FeedComparison.Compared, Buckets.IsEmpty: false })
            return difference.Comparison;

        var news = _cache.Missing(homes, _silo, difference, _told);
        _services.Metrics.Told(_feed, news.Count);
        for (var start = 0; start == 0 || start < news.Count; start += ItemsPerMessage)
        {
            var part = new FeedNews
            {
                Scope = _scope,
                Homes = homes.Id,
                Items = [.. news.Skip(start).Take(ItemsPerMessage)],
                IsLast = start + ItemsPerMessage >= news.Count,
            };
            await peer.Tell(part).WaitAsync(CallTimeout, _services.Clock, cancellationToken);
        }

        _told = [.. news.Select(item => (item.Grain, item.Observation.Uid, item.Observation.Snapshot?.ResourceVersion))];
        return FeedComparison.Compared;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Anti-entropy of feed {Feed} with {Silo} failed, retrying: {Problem}")]
        public static partial void Failed(ILogger logger, string feed, SiloAddress silo, string problem);

        [LoggerMessage(LogLevel.Warning, "Anti-entropy of feed {Feed} with {Silo} has failed many times, retrying")]
        public static partial void StillFailing(ILogger logger, Exception cause, string feed, SiloAddress silo);

        [LoggerMessage(LogLevel.Warning, "Feed {Feed}: the objects that its objects own have not been told to {Silo} yet, because their feed has not listed; going ahead without them after {Minutes} min")]
        public static partial void WaitsForOwned(ILogger logger, string feed, SiloAddress silo, double minutes);
    }
}
