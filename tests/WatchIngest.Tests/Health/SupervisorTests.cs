using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.WatchIngest.Health;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Health;

/// <summary>No loop of the ingest ends unnoticed.</summary>
public sealed class SupervisorTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly Measured _meters = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Supervisor _supervisor;
    private int _runs;

    public SupervisorTests() => _supervisor = new Supervisor(new WatchIngestMetrics(_meters), _clock, NullLogger<Supervisor>.Instance);

    [Fact]
    public async Task A_loop_that_fails_makes_the_silo_unready_and_is_restarted_with_back_off()
    {
        var loop = _supervisor.RunAsync("loop", FailAsync, _stop.Token);
        foreach (var least in (double[])[0.8, 1.6, 3.2])
        {
            var wait = await _clock.NextTimerAsync();
            Assert.InRange(wait.TotalSeconds, least, 2 * least);
            Assert.Equal(["loop failed unexpectedly: no. " + _runs], _supervisor.Problems);
            _clock.Advance(wait);
        }

        await _clock.NextTimerAsync();
        await _stop.CancelAsync();
        await loop.EndsAsync();
        Assert.Empty(_supervisor.Problems);
    }

    [Fact]
    public async Task A_loop_that_runs_again_for_10_s_is_ready_again()
    {
        var loop = _supervisor.RunAsync("loop", FailOnceAsync, _stop.Token);
        _clock.Advance(await _clock.NextTimerAsync());
        await Limit.UntilAsync(() => _runs == 2, () => "it is restarted");
        Assert.NotEmpty(_supervisor.Problems);

        await Limit.UntilAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return !_supervisor.Problems.Any();
            },
            () => "it is trusted again");

        await _stop.CancelAsync();
        await loop.EndsAsync();
    }

    [Fact]
    public async Task A_loop_that_returns_has_ended()
    {
        await _supervisor.RunAsync("loop", _ => Task.CompletedTask, _stop.Token).EndsAsync();

        Assert.Empty(_supervisor.Problems);
    }

    public void Dispose()
    {
        _stop.Dispose();
        _meters.Dispose();
    }

    private Task FailAsync(CancellationToken cancellationToken) => Task.FromException(new InvalidOperationException($"no. {++_runs}"));

    private Task FailOnceAsync(CancellationToken cancellationToken) =>
        ++_runs == 1 ? Task.FromException(new InvalidOperationException("once")) : Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
}
