namespace OrleansOperator.LoadTest.Silos;

/// <summary>The controller's processes, as far as they can be seen.</summary>
internal interface ISilos
{
    /// <summary>How often they may be read without costing them much; null when they cannot be seen.</summary>
    TimeSpan? Period { get; }

    /// <summary>What each uses now; without those that do not answer.</summary>
    Task<IReadOnlyList<SiloReading>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>What they have counted, by silo; null when they cannot be asked.</summary>
    Task<IReadOnlyDictionary<string, SiloCounters>?> CountersAsync(CancellationToken cancellationToken);

    /// <summary>Whether <see cref="RestartAsync"/> can do it.</summary>
    bool CanRestart { get; }

    /// <summary>Restarts all of them, and returns when they are ready.</summary>
    /// <returns>How long it took: from the start of the new processes where these are seen, else all of it.</returns>
    Task<TimeSpan> RestartAsync(CancellationToken cancellationToken);
}
