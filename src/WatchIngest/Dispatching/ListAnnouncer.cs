using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Dispatching;

/// <summary>
/// Tells every active grain what the first list of a feed holds for it. Needed when the feed comes from another silo: what
/// was deleted between that silo's last watch and this list has left no trace in this silo's cache, but grains may know it.
/// </summary>
internal sealed partial class ListAnnouncer(IGrainFactory grains, TimeProvider clock, ILogger<ListAnnouncer> logger)
{
    private const int CallsAtOnce = 32;

    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    /// <summary>Returns when every grain has acknowledged.</summary>
    /// <exception cref="OperationCanceledException">The feed was stopped first.</exception>
    public async Task AnnounceAsync(Feed feed, IReadOnlyList<ResourceSnapshot> objects, long version, CancellationToken cancellationToken)
    {
        var definition = feed.Definition;
        IReadOnlyList<ObjectKey> active = [];
        await UntilDoneAsync(feed, async () => active = await definition.ActiveGrains(grains), cancellationToken);

        var uids = objects.ToLookup(definition.Route, snapshot => snapshot.Uid);
        await Parallel.ForEachAsync(
            active.Where(key => feed.Namespace is null || feed.Namespace == key.Namespace),
            new ParallelOptions { MaxDegreeOfParallelism = CallsAtOnce, CancellationToken = cancellationToken },
            async (key, token) =>
            {
                var list = new ListObservation(definition.Resource.QualifiedName, feed.Range, version, [.. uids[key]]);
                await UntilDoneAsync(feed, () => definition.Grain(grains, key).ObserveList(list), token);
            });
    }

    private async Task UntilDoneAsync(Feed feed, Func<Task> call, CancellationToken cancellationToken)
    {
        for (var wait = FirstRetry; ; wait = wait * 2 < LongestRetry ? wait * 2 : LongestRetry)
        {
            try
            {
                await call().WaitAsync(CallTimeout, clock, cancellationToken);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
            {
                // A silo that is going, most likely: the next try finds the grain elsewhere.
                Log.Failed(logger, feed.Id, e.Message);
            }

            await Task.Delay(wait, clock, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Telling a grain the first list of feed {Feed} failed and is tried again: {Problem}")]
        public static partial void Failed(ILogger logger, string feed, string problem);
    }
}
