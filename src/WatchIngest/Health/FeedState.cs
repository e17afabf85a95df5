using Microsoft.Extensions.Logging;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.WatchIngest.Health;

/// <summary>How a feed is doing on this silo. A problem is logged once when it comes and once when it goes.</summary>
internal sealed partial class FeedState(string feed, ILogger logger)
{
    /// <summary>Objects that cannot be read are named once each; so many are remembered.</summary>
    private const int UnreadableNamed = 1000;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _unreadable = [];
    private string? _problem;
    private bool _listed;
    private bool _foreign;

    /// <summary>Why the feed has no list yet; null when it has.</summary>
    public string? NotReady
    {
        get
        {
            lock (_lock)
                return _listed ? null : _problem ?? "the first list has not come";
        }
    }

    /// <summary>Why the feed brings no news at the moment; null when it does.</summary>
    public string? Problem
    {
        get
        {
            lock (_lock)
                return _problem;
        }
    }

    /// <summary>Whether the first list is complete.</summary>
    public bool HasListed
    {
        get
        {
            lock (_lock)
                return _listed;
        }
    }

    /// <summary>The feed cannot list or watch at the moment.</summary>
    /// <param name="problem">Why.</param>
    /// <param name="isToldElsewhere">Whether the cause has its line in the log already: a missing permission.</param>
    public void Fail(string problem, bool isToldElsewhere = false)
    {
        lock (_lock)
        {
            if (_problem == problem)
                return;
            _problem = problem;
        }

        Log.Problem(logger, isToldElsewhere ? LogLevel.Debug : LogLevel.Warning, feed, problem);
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

        Log.Recovered(logger, feed);
    }

    /// <summary>An object exists that its kind's decoder cannot read.</summary>
    public void Unreadable(ObjectMeta meta, string? problem)
    {
        lock (_lock)
        {
            if (_unreadable.Count >= UnreadableNamed || !_unreadable.Add(meta.Uid))
                return;
        }

        Log.Unreadable(logger, feed, meta.Key, problem);
    }

    /// <summary>True once: the first time that an object of another range arrives.</summary>
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
        [LoggerMessage("Feed {Feed} failed, retrying with back-off: {Problem}")]
        public static partial void Problem(ILogger logger, LogLevel level, string feed, string problem);

        [LoggerMessage(LogLevel.Information, "Feed {Feed} recovered")]
        public static partial void Recovered(ILogger logger, string feed);

        [LoggerMessage(LogLevel.Information, "Feed {Feed} listed {Count} objects")]
        public static partial void Listed(ILogger logger, string feed, int count);

        [LoggerMessage(LogLevel.Error, "Feed {Feed}: {Object} cannot be read and keeps its last readable state until it changes: {Problem}")]
        public static partial void Unreadable(ILogger logger, string feed, Grains.Interfaces.ObjectKey @object, string? problem);
    }
}
