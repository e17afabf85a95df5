using Microsoft.Extensions.Logging;

namespace OrleansOperator.Observability;

/// <summary>
/// Writes one line per cause and minute where thousands of objects can fail for one reason: the first failure at once, then
/// how many more there were, with the newest of them as an example. A cause that is silent for a minute is forgotten. Lines
/// per object belong to <see cref="LogLevel.Debug"/> and are the caller's.
/// </summary>
/// <remarks>Safe for concurrent use. Memory is bounded, whatever is reported; nothing wakes while nothing fails.</remarks>
public sealed partial class LogSummary : IDisposable
{
    /// <summary>The time in which a cause gets one line.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>How many causes are told apart; further ones count as one per problem.</summary>
    public const int MaxCauses = 64;

    private readonly Lock _lock = new();
    private readonly Dictionary<(string Problem, string Cause), Entry> _entries = [];
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private ITimer? _timer;
    private bool _disposed;

    /// <summary>Creates a summary.</summary>
    /// <param name="logger">Where the lines go.</param>
    /// <param name="clock">The clock.</param>
    public LogSummary(ILogger logger, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(logger);
        ArgumentNullException.ThrowIfNull(clock);
        (_logger, _clock) = (logger, clock);
    }

    /// <summary>Reports one failure.</summary>
    /// <param name="level">How severe it is.</param>
    /// <param name="problem">What fails, in constant words: <c>Reconciling foo fails and is retried</c>.</param>
    /// <param name="cause">What failures of one cause have in common, without names of objects, addresses or times.</param>
    /// <param name="detail">The cause for a reader, one line; it may name the object.</param>
    /// <param name="example">The object.</param>
    /// <param name="exception">Written with its stack trace, with the first failure only: for bugs.</param>
    public void Report(LogLevel level, string problem, string cause, string detail, string example, Exception? exception = null)
    {
        if (!_logger.IsEnabled(level))
            return;
        lock (_lock)
        {
            var key = (problem, cause);
            if (!_entries.ContainsKey(key) && _entries.Count >= MaxCauses)
                key = (problem, "");
            if (_entries.TryGetValue(key, out var entry))
            {
                entry.Count++;
                (entry.Level, entry.Detail, entry.Example) = (level, detail, example);
                return;
            }

            _entries[key] = new Entry(level, detail, example, _clock.GetTimestamp());
            if (_entries.Count == 1)
                Arm(Period);
        }

        Log.First(_logger, level, exception, problem, detail, example);
    }

    /// <summary>Writes what has been counted and not yet been written.</summary>
    public void Flush() => Write(static _ => true);

    /// <summary>Flushes and ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
        }

        Flush();
    }

    private void WriteDue()
    {
        Write(since => since >= Period);
        lock (_lock)
        {
            if (_entries.Count > 0)
                Arm(Period - _entries.Values.Max(entry => _clock.GetElapsedTime(entry.Since)));
        }
    }

    private void Write(Func<TimeSpan, bool> due)
    {
        List<(string Problem, Entry Entry, TimeSpan Since)> lines = [];
        lock (_lock)
        {
            foreach (var (key, entry) in _entries)
            {
                var since = _clock.GetElapsedTime(entry.Since);
                if (!due(since))
                    continue;
                if (entry.Count == 0)
                {
                    // Removal does not invalidate the enumerator.
                    _entries.Remove(key);
                    continue;
                }

                lines.Add((key.Problem, entry.Copy(), since));
                (entry.Count, entry.Since) = (0, _clock.GetTimestamp());
            }
        }

        foreach (var (problem, entry, since) in lines)
            Log.More(_logger, entry.Level, problem, entry.Count, since.TotalSeconds, entry.Detail, entry.Example);
    }

    private void Arm(TimeSpan due)
    {
        if (_disposed)
            return;

        // An entry may have become due a moment ago.
        due = due > TimeSpan.Zero ? due : TimeSpan.Zero;
        if (_timer is not null)
        {
            _timer.Change(due, Timeout.InfiniteTimeSpan);
            return;
        }

        // The log scopes and the trace of whoever fails first are not those of the lines to come.
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
            _timer = _clock.CreateTimer(static state => ((LogSummary)state!).WriteDue(), this, due, Timeout.InfiniteTimeSpan);
    }

    private sealed class Entry(LogLevel level, string detail, string example, long since)
    {
        public LogLevel Level { get; set; } = level;

        public string Detail { get; set; } = detail;

        public string Example { get; set; } = example;

        /// <summary>When its last line was written.</summary>
        public long Since { get; set; } = since;

        /// <summary>How many failures there were since.</summary>
        public long Count { get; set; }

        public Entry Copy() => new(Level, Detail, Example, Since) { Count = Count };
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Message = "{Problem}: {Detail} (such as {Example})")]
        public static partial void First(ILogger logger, LogLevel level, Exception? exception, string problem, string detail, string example);

        [LoggerMessage(EventId = 2, Message = "{Problem}, {Count} more in {Seconds:0} s: {Detail} (such as {Example})")]
        public static partial void More(ILogger logger, LogLevel level, string problem, long count, double seconds, string detail, string example);
    }
}
