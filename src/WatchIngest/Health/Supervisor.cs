using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.WatchIngest.Health;

/// <summary>
/// Keeps the loops of the ingest running. A loop handles what it expects; what it does not expect ends it, and is logged, counted,
/// makes the silo unready, and is followed by a restart with back-off. No loop ends unnoticed.
/// </summary>
internal sealed partial class Supervisor(WatchIngestMetrics metrics, TimeProvider clock, ILogger<Supervisor> logger)
{
    /// <summary>How long a restarted loop has to run before the silo counts as ready again.</summary>
    private static readonly TimeSpan Probation = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, Fault> _faults = new();

    /// <summary>Loops that have failed and have not run long enough since, and why.</summary>
    public IEnumerable<string> Problems =>
        from fault in _faults
        where !fault.Value.Running || clock.GetElapsedTime(fault.Value.At) < Probation
        select $"{fault.Key} failed unexpectedly: {fault.Value.Message}";

    /// <summary>Runs a loop until it returns or is cancelled, restarting it whenever it fails.</summary>
    public async Task RunAsync(string name, Func<CancellationToken, Task> loop, CancellationToken cancellationToken)
    {
        var backoff = new ReflectorBackoff(clock, Random.Shared);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await loop(cancellationToken);
                break;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }
            catch (Exception e)
            {
                _faults[name] = new Fault(e.Message, clock.GetTimestamp(), Running: false);
                metrics.LoopFailed();
                Log.Failed(logger, e, name);
                await Task.Delay(backoff.Next(), clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                _faults[name] = new Fault(e.Message, clock.GetTimestamp(), Running: true);
            }
        }

        _faults.TryRemove(name, out _);
    }

    private readonly record struct Fault(string Message, long At, bool Running);

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The loop {Loop} failed unexpectedly and is restarted")]
        public static partial void Failed(ILogger logger, Exception cause, string loop);
    }
}
