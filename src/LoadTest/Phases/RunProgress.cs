using OrleansOperator.LoadTest.Silos;
using OrleansOperator.LoadTest.Statistics;
using OrleansOperator.LoadTest.Tracking;

namespace OrleansOperator.LoadTest.Phases;

/// <summary>How far a run is, for whoever shows it.</summary>
internal sealed class RunProgress(TimeProvider clock)
{
    private const int Recent = 2_000;

    private readonly Lock _lock = new();
    private string _phase = "starting";
    private ChangeSet? _changes;
    private long _began;
    private SiloMonitor? _monitor;
    private Func<string?> _problem = static () => null;

    /// <summary>Which run it is, from 1.</summary>
    public int Run { get; set; } = 1;

    /// <summary>A phase begins.</summary>
    public void Begin(string phase, ChangeSet? changes)
    {
        lock (_lock)
            (_phase, _changes, _began) = (phase, changes, clock.GetTimestamp());
    }

    /// <summary>Where to look for the silos, and for what is wrong with the watches.</summary>
    public void Watch(SiloMonitor monitor, Func<string?> problem)
    {
        lock (_lock)
            (_monitor, _problem) = (monitor, problem);
    }

    /// <summary>How it is now.</summary>
    public ProgressLine Now()
    {
        lock (_lock)
        {
            var elapsed = _began == 0 ? TimeSpan.Zero : clock.GetElapsedTime(_began);
            var ready = _changes?.Ready ?? 0;
            var recent = _changes is null ? null : Latencies.Of(_changes.Changes.Reverse().Where(change => change.Ready != 0).Take(Recent)
                .Select(change => clock.GetElapsedTime(change.Due, change.Ready).TotalMilliseconds));
            return new ProgressLine(
                Run, _phase, ready, _changes?.Asked ?? 0, elapsed, elapsed.TotalSeconds > 0.5 ? ready / elapsed.TotalSeconds : null,
                recent?.P50, recent?.P99, _monitor?.Latest ?? [], _problem());
        }
    }
}

/// <summary>How far a run is.</summary>
/// <param name="Run">Which run, from 1.</param>
/// <param name="Phase">The phase.</param>
/// <param name="Ready">Changes that are ready.</param>
/// <param name="Asked">Changes that were asked; 0 for a phase without any.</param>
/// <param name="Elapsed">Since the phase began.</param>
/// <param name="PerSecond">Changes that became ready a second; null at the beginning.</param>
/// <param name="P50">The median from due to ready, in milliseconds, of those that came last.</param>
/// <param name="P99">The 99th percentile of the same.</param>
/// <param name="Silos">What the silos use.</param>
/// <param name="Problem">What keeps it from seeing the cluster; null when nothing does.</param>
internal sealed record ProgressLine(
    int Run, string Phase, int Ready, int Asked, TimeSpan Elapsed, double? PerSecond, double? P50, double? P99, IReadOnlyList<SiloReading> Silos, string? Problem);
