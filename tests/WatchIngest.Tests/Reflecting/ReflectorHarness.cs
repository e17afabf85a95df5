using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.Health;
using OrleansOperator.WatchIngest.Reflecting;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

/// <summary>A reflector that runs against a scripted API server, by a clock that the test moves.</summary>
internal sealed class ReflectorHarness : IAsyncDisposable
{
    /// <summary>How long a stream may be silent.</summary>
    public static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(150);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _run;

    public ReflectorHarness(UidRange? range = null, string? ns = null, int pageSize = 500, bool streamLists = false, SnapshotDecoder? decode = null)
    {
        var feed = new Feed(Widgets.Definition with { Decode = decode ?? TestSnapshot.Decode }, range ?? UidRange.Whole, ns);
        State = new FeedState(feed.Id, NullLogger.Instance);
        Reflector = new Reflector(
            feed, Sink, Api, State, new WatchIngestOptions { PageSize = pageSize, StreamLists = streamLists }, new WatchIngestMetrics(Measured), Clock, NullLogger.Instance);
        _run = Reflector.RunAsync(_stop.Token);
    }

    public ScriptedApi Api { get; } = new();

    public RecordingSink Sink { get; } = new();

    public TestClock Clock { get; } = new();

    public FeedState State { get; }

    public Reflector Reflector { get; }

    public Measured Measured { get; } = new();

    /// <summary>Answers the list, and opens the watch that follows.</summary>
    public async Task<ScriptedStream> ListAndWatchAsync(long version, params TestSnapshot[] objects)
    {
        (await Api.ListAsync()).Return(Frames.List(version, objects));
        Assert.StartsWith($"list {version}:", await Sink.NextAsync(), StringComparison.Ordinal);
        return await WatchAsync(version);
    }

    /// <summary>Opens the watch that is asked for next, and waits until it is read.</summary>
    public async Task<ScriptedStream> WatchAsync(long version, bool failsWhenGivenUp = false)
    {
        var call = await Api.WatchAsync(version);
        Clock.Forget();
        var stream = call.Open(failsWhenGivenUp);
        await Clock.TimerAsync(SilenceLimit);
        return stream;
    }

    /// <summary>The next time that the reflector waits, other than for news.</summary>
    public async Task<TimeSpan> NextWaitAsync()
    {
        while (true)
        {
            var wait = await Clock.NextTimerAsync();
            if (wait != SilenceLimit)
                return wait;
        }
    }

    /// <summary>Lets the reflector wait; it must be for a time between these.</summary>
    public async Task WaitsAsync(double leastSeconds, double mostSeconds)
    {
        var wait = await NextWaitAsync();
        Assert.InRange(wait.TotalSeconds, leastSeconds, mostSeconds);
        Assert.False(Api.IsAsked);
        Clock.Advance(wait);
    }

    /// <summary>Stops the reflector, which must end without a failure.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.EndsAsync();
    }


    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
        Measured.Dispose();
    }
}
