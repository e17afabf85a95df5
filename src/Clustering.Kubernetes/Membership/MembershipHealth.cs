using Microsoft.Extensions.Logging;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>
/// What keeps this silo from joining, or from being a full member of its cluster, for probes; and the one to write it to the
/// log, with a line when it comes and a line when it goes.
/// </summary>
public sealed partial class MembershipHealth
{
    /// <summary>A problem that comes and goes is told no more often.</summary>
    private static readonly TimeSpan ToldAgain = TimeSpan.FromMinutes(1);

    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, string> _problems = new(StringComparer.Ordinal);
    private readonly Dictionary<(string What, string Problem), long> _told = [];

    internal MembershipHealth(TimeProvider clock, ILogger<MembershipHealth> logger) => (_clock, _logger) = (clock, logger);

    /// <summary>A line for each thing that cannot be done at the moment and is tried again; empty when all is well.</summary>
    public IReadOnlyList<string> Problems()
    {
        lock (_lock)
            return [.. _problems.Select(static problem => $"{problem.Key} fails: {problem.Value}")];
    }

    /// <summary>Something does not work.</summary>
    /// <param name="what">What.</param>
    /// <param name="problem">Why.</param>
    /// <param name="isToldElsewhere">Whether the cause has its line in the log already: a missing permission.</param>
    internal void Fails(string what, string problem, bool isToldElsewhere = false)
    {
        lock (_lock)
        {
            if (_problems.TryGetValue(what, out var before) && before == problem)
                return;
            _problems[what] = problem;
            if (_told.TryGetValue((what, problem), out var at) && _clock.GetElapsedTime(at) < ToldAgain)
                return;

            // Messages may hold ports and times: what was told long ago is not kept.
            if (_told.Count >= 100)
                _told.Clear();
            _told[(what, problem)] = _clock.GetTimestamp();
        }

        Log.Fails(_logger, isToldElsewhere ? LogLevel.Debug : LogLevel.Warning, what, problem);
    }

    /// <summary>Something works.</summary>
    internal void Works(string what)
    {
        lock (_lock)
        {
            if (!_problems.Remove(what))
                return;
        }

        Log.Works(_logger, what);
    }

    private static partial class Log
    {
        [LoggerMessage("{What} fails and is retried: {Problem}")]
        public static partial void Fails(ILogger logger, LogLevel level, string what, string problem);

        [LoggerMessage(LogLevel.Information, "{What} works again")]
        public static partial void Works(ILogger logger, string what);
    }
}
