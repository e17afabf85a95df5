using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Dispatching;

/// <summary>A dispatcher whose grains and clock the test moves.</summary>
internal sealed class DispatcherHarness : IDisposable
{
    private readonly Measured _meters = new();

    public DispatcherHarness(int maxCallsInFlight = 128)
    {
        // The definitions of the tests find their grains themselves.
        IGrainFactory none = null!;
        Dispatcher = new Dispatcher(
            none, Options.Create(new WatchIngestOptions { MaxCallsInFlight = maxCallsInFlight }), new WatchIngestMetrics(_meters), Clock, NullLogger<Dispatcher>.Instance);
    }

    public TestClock Clock { get; } = new();

    public TestGrains Grains { get; } = new();

    public Dispatcher Dispatcher { get; }

    /// <summary>Has a widget delivered to the grain of the same name.</summary>
    public void Enqueue(string name, long version, ObservationCause cause = ObservationCause.Change, bool deleted = false, string? grain = null) =>
        Enqueue(Grains.Widgets, name, version, cause, deleted, grain);

    public void Enqueue(FeedDefinition definition, string name, long version, ObservationCause cause, bool deleted = false, string? grain = null) =>
        Enqueue(definition, TestSnapshot.Of(name, version), cause, deleted, grain);

    public void Enqueue(FeedDefinition definition, TestSnapshot snapshot, ObservationCause cause, bool deleted = false, string? grain = null)
    {
        var resource = definition.Resource.QualifiedName;
        var observation = deleted ? Observation.Tombstone(resource, snapshot.Key, snapshot.Uid, cause) : Observation.Of(resource, snapshot, cause);
        Dispatcher.Enqueue(new Feed(definition, UidRange.Whole, null), new ObjectKey("ns", grain ?? snapshot.Key.Name), observation);
    }

    /// <summary>Waits until everything has been acknowledged.</summary>
    public Task DoneAsync() => Limit.UntilAsync(() => Dispatcher.Pending == 0, () => $"{Dispatcher.Pending} deliveries are done");

    /// <summary>Lets a retry wait, which must be for this long.</summary>
    public async Task RetryAsync(double milliseconds)
    {
        TimeSpan wait;
        do
        {
            wait = await Clock.NextTimerAsync();
        }
        while (wait == CallTimeout);
        Assert.Equal(milliseconds, wait.TotalMilliseconds);
        Assert.False(Grains.IsCalled);
        Clock.Advance(wait);
    }

    /// <summary>How long a call may take.</summary>
    public static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(3);

    public void Dispose()
    {
        Dispatcher.Dispose();
        _meters.Dispose();
    }
}
