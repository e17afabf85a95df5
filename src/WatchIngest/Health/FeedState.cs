using Microsoft.Extensions.Logging;

namespace OrleansOperator.WatchIngest.Health;

/// <summary>How a feed is doing on this silo. A problem is logged once when it comes and once when it goes.</summary>
internal sealed partial class FeedState(string feed, ILogger logger)
{
    private readonly Lock _lock = new();
    private string? _problem;
    private bool _listed;
    private bool _delivered;
    private bool _foreign;

    /// <summary>Why the feed is not ready; null when it is.</summary>
    public string? NotReady
    {
        get
        {
            lock (_lock)
                return !_listed ? _problem ?? "the first list has not come" : _delivered ? null : "the first list is being delivered";
        }
    }

    /// <summary>Whether the first list has come.</summary>
    public bool HasListed
    {
        get
        {
            lock (_lock)
                return _listed;
        }
    }

    public void Fail(string problem)
    {
        lock (_lock)
        {
            if (_problem == problem)
                return;
            _problem = problem;
        }

        Log.Problem(logger, feed, problem);
    }

    public void Listed(int count)
    {
        lock (_lock)
            _listed = true;
        Log.Listed(logger, feed, count);
    }

    public void Watching()
    {
        lock (_lock)
        {
            if (_problem is null)
                return;
            _problem = null;
        }

        Log.Healed(logger, feed);
    }

    /// <summary>All of the first list has been acknowledged by the grains.</summary>
    public void Delivered()
    {
        lock (_lock)
            _delivered |= _listed;
    }

    /// <summary>True once: the first time that an object of another range has come.</summary>
    public bool FirstForeign()
    {
        lock (_lock)
        {
            if (_foreign)
                return false;
            return _foreign = true;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Feed {Feed} fails and is tried again with back-off: {Problem}")]
        public static partial void Problem(ILogger logger, string feed, string problem);

        [LoggerMessage(LogLevel.Information, "Feed {Feed} works again")]
        public static partial void Healed(ILogger logger, string feed);

        [LoggerMessage(LogLevel.Information, "Feed {Feed} has listed {Count} objects")]
        public static partial void Listed(ILogger logger, string feed, int count);
    }
}
