using OrleansOperator.WatchIngest.Health;

namespace OrleansOperator.WatchIngest;

/// <summary>Whether the feeds of this silo have delivered their first lists.</summary>
public sealed class IngestReadiness
{
    private readonly FeedManager _manager;

    internal IngestReadiness(FeedManager manager) => _manager = manager;

    /// <summary>What is not ready and why, a line for each feed; empty when all is.</summary>
    public IReadOnlyList<string> Problems() => _manager.NotReady();

    /// <summary>The feeds that this silo runs, by their names.</summary>
    public IReadOnlyList<FeedStatus> Feeds() => _manager.Feeds();

    /// <summary>Which feeds were ready once and bring no news at the moment, and why; empty when all do.</summary>
    public IReadOnlyList<string> Interruptions() => _manager.Interruptions();
}
