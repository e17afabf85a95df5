using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Dispatching;

/// <summary>What an operator on call reads while a silo dies: a line per cause and minute, however many objects it had.</summary>
public sealed class DispatcherLogTests
{
    private const int Objects = 200;

    private static readonly TimeSpan LongestRetry = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData(4, 0)]
    [InlineData(5, 1)]
    [InlineData(9, 1)]
    public async Task Deliveries_that_keep_failing_are_one_line(int failures, int lines)
    {
        var log = new CapturedLog();
        using var measured = new Measured();
        var clock = new TestClock();
        var grains = new TestGrains();
        IGrainFactory none = null!;
        using var dispatcher = new Dispatcher(
            none, Options.Create(new WatchIngestOptions()), new WatchIngestMetrics(measured), clock, log.For<Dispatcher>());
        var feed = Feed.Of([grains.Widgets]).Single();
        for (var i = 0; i < Objects; i++)
            dispatcher.Enqueue(feed, new ObjectKey("ns", $"widget-{i}"), Observation.Of("widgets.example.com", TestSnapshot.Of($"widget-{i}", 1), ObservationCause.Change));

        for (var failure = 0; failure < failures; failure++)
        {
            for (var i = 0; i < Objects; i++)
                (await grains.NextAsync()).Fail(new OrleansException("Unable to connect to S127.0.0.1:11111:1, will retry after 884.67ms   at Orleans.Runtime.Messaging.ConnectionManager"));
            await Limit.UntilAsync(() => dispatcher.InFlight == 0, () => $"{dispatcher.InFlight} calls are under way");
            clock.Advance(LongestRetry);
        }

        var warnings = log.Lines.Where(line => line.Level >= LogLevel.Warning).Select(line => line.Message).ToList();
        Assert.Equal(lines, warnings.Count);
        Assert.All(warnings, line => Assert.Matches(
            "^Delivering widgets to their grains keeps failing and is retried: Unable to connect to S127.0.0.1:11111:1, will retry after 884.67ms [(]such as ns/widget-[0-9]+[)]$", line));
        Assert.Equal(failures * Objects, log.Lines.Count(line => line.Level == LogLevel.Debug));
    }
}
