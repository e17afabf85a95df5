using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace OrleansOperator.Observability.Tests;

/// <summary>One line per cause and minute, with a count, whatever happens.</summary>
public sealed class LogSummaryTests : IDisposable
{
    private const string Problem = "Reconciling foo fails and is retried";

    private readonly FakeTimeProvider _clock = new();
    private readonly LogLines _log = new();
    private readonly LogSummary _summary;

    public LogSummaryTests() => _summary = new LogSummary(_log, _clock);

    public void Dispose() => _summary.Dispose();

    [Fact]
    public void The_first_failure_is_written_at_once()
    {
        Fail("ns/a");

        Assert.Equal(["Warning: Reconciling foo fails and is retried: 503 of the API server (such as ns/a)"], _log.Take());
    }

    [Fact]
    public void Failures_of_one_cause_are_one_line_a_minute_with_their_count_and_the_newest_object()
    {
        Fail("ns/first");
        _log.Take();
        for (var i = 0; i < 2800; i++)
            Fail($"ns/foo-{i}");
        Assert.Empty(_log.Take());

        _clock.Advance(LogSummary.Period);
        Assert.Equal(["Warning: Reconciling foo fails and is retried, 2800 more in 60 s: 503 of the API server (such as ns/foo-2799)"], _log.Take());

        Fail("ns/late");
        _clock.Advance(LogSummary.Period);
        Assert.Equal(["Warning: Reconciling foo fails and is retried, 1 more in 60 s: 503 of the API server (such as ns/late)"], _log.Take());
    }

    [Fact]
    public void A_cause_that_is_silent_for_a_minute_is_forgotten_and_nothing_wakes_any_more()
    {
        Fail("ns/a");
        _log.Take();
        _clock.Advance(LogSummary.Period);
        Assert.Empty(_log.Take());

        _clock.Advance(TimeSpan.FromHours(1));
        Fail("ns/b");

        Assert.Equal(["Warning: Reconciling foo fails and is retried: 503 of the API server (such as ns/b)"], _log.Take());
    }

    [Fact]
    public void Causes_have_minutes_of_their_own()
    {
        Fail("ns/a", "503");
        _clock.Advance(TimeSpan.FromSeconds(20));
        Fail("ns/b", "409");
        Fail("ns/a", "503");
        Fail("ns/b", "409");
        Assert.Equal(2, _log.Take().Count);

        _clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(["Warning: Reconciling foo fails and is retried, 1 more in 60 s: 503 of the API server (such as ns/a)"], _log.Take());
        _clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal(["Warning: Reconciling foo fails and is retried, 1 more in 60 s: 409 of the API server (such as ns/b)"], _log.Take());
    }

    [Fact]
    public void Beyond_the_limit_causes_of_a_problem_count_as_one()
    {
        for (var i = 0; i < 10 * LogSummary.MaxCauses; i++)
            Fail("ns/a", $"cause {i}");
        Assert.Equal(LogSummary.MaxCauses + 1, _log.Take().Count);

        _clock.Advance(LogSummary.Period);
        Assert.Equal(
            [$"Warning: Reconciling foo fails and is retried, {(9 * LogSummary.MaxCauses) - 1} more in 60 s: cause {(10 * LogSummary.MaxCauses) - 1} of the API server (such as ns/a)"],
            _log.Take());
    }

    [Fact]
    public void What_is_counted_at_the_end_is_written()
    {
        Fail("ns/a");
        Fail("ns/b");
        _clock.Advance(TimeSpan.FromSeconds(7));
        _log.Take();

        _summary.Dispose();

        Assert.Equal(["Warning: Reconciling foo fails and is retried, 1 more in 7 s: 503 of the API server (such as ns/b)"], _log.Take());
    }

    [Fact]
    public void A_bug_is_written_with_its_stack_trace_once()
    {
        var bug = new InvalidOperationException("a bug");
        for (var i = 0; i < 3; i++)
            _summary.Report(LogLevel.Error, Problem, ProblemText.CauseOf(bug), bug.Message, "ns/a", bug);
        _clock.Advance(LogSummary.Period);

        Assert.Equal([bug, null], _log.Exceptions);
    }

    [Fact]
    public void A_level_that_is_off_costs_nothing()
    {
        _log.Least = LogLevel.Error;

        Fail("ns/a");
        _clock.Advance(LogSummary.Period);

        Assert.Empty(_log.Take());
    }

    [Fact]
    public async Task Every_failure_is_counted_when_threads_report_at_once()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(thread => Task.Run(() =>
        {
            for (var i = 0; i < 5000; i++)
                Fail($"ns/{thread}");
        })));
        _log.Take();

        _clock.Advance(LogSummary.Period);

        Assert.StartsWith("Warning: Reconciling foo fails and is retried, 19999 more in", Assert.Single(_log.Take()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_line_with_the_count_does_not_belong_to_the_scope_of_the_first_failure()
    {
        var clock = new FlowingClock();
        using var summary = new LogSummary(_log, clock);
        var scope = new AsyncLocal<string?> { Value = "ns/a" };
        string? seen = "nothing";
        _log.Written = () => seen = scope.Value;
        summary.Report(LogLevel.Warning, Problem, "503", "503", "ns/a");
        summary.Report(LogLevel.Warning, Problem, "503", "503", "ns/b");
        Assert.Equal("ns/a", seen);

        scope.Value = null;
        clock.Advance(LogSummary.Period);

        Assert.Null(seen);
    }

    private void Fail(string example, string cause = "503") =>
        _summary.Report(LogLevel.Warning, Problem, cause, $"{cause} of the API server", example);

    /// <summary>A log that a test can read.</summary>
    private sealed class LogLines : ILogger
    {
        private readonly List<string> _lines = [];

        public LogLevel Least { get; set; }

        public List<Exception?> Exceptions { get; } = [];

        public Action Written { get; set; } = static () => { };

        public List<string> Take()
        {
            List<string> taken = [.. _lines];
            _lines.Clear();
            return taken;
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            _lines.Add($"{logLevel}: {formatter(state, exception)}");
            Exceptions.Add(exception);
            Written();
        }
    }

    /// <summary>A clock whose timers run in the context of whoever sets them, as the system's do.</summary>
    private sealed class FlowingClock : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var context = ExecutionContext.Capture();
            return base.CreateTimer(
                given =>
                {
                    if (context is null)
                        callback(given);
                    else
                        ExecutionContext.Run(context, _ => callback(given), null);
                },
                state, dueTime, period);
        }
    }
}
