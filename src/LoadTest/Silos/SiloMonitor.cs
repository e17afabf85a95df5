namespace OrleansOperator.LoadTest.Silos;

/// <summary>What the silos used at a moment.</summary>
/// <param name="Seconds">Since the beginning of the run.</param>
/// <param name="Readings">Each silo.</param>
internal sealed record SiloMoment(double Seconds, IReadOnlyList<SiloReading> Readings);

/// <summary>Reads the silos now and then while a test runs.</summary>
internal sealed class SiloMonitor(ISilos silos, TimeProvider clock, long origin)
{
    private readonly Lock _lock = new();
    private readonly List<SiloMoment> _moments = [];

    /// <summary>All readings so far.</summary>
    public IReadOnlyList<SiloMoment> Moments
    {
        get
        {
            lock (_lock)
                return [.. _moments];
        }
    }

    /// <summary>The latest reading; empty before the first.</summary>
    public IReadOnlyList<SiloReading> Latest
    {
        get
        {
            lock (_lock)
                return _moments.Count == 0 ? [] : _moments[^1].Readings;
        }
    }

    /// <summary>Reads them now.</summary>
    public async Task<IReadOnlyList<SiloReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var readings = await silos.ReadAsync(cancellationToken);
        lock (_lock)
            _moments.Add(new SiloMoment(Math.Round(clock.GetElapsedTime(origin).TotalSeconds, 2), readings));
        return readings;
    }

    /// <summary>Reads them until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (silos.Period is not { } period)
            return;
        using var timer = new PeriodicTimer(period, clock);
        try
        {
            do
                await ReadAsync(cancellationToken);
            while (await timer.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The run is over.
        }
    }
}
