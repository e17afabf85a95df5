using OrleansOperator.WatchIngest.Tests.Dispatching;
using OrleansOperator.WatchIngest.Tests.Reflecting;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests;

/// <summary>What an operator on call can see of a feed: why its watch was restarted, how old it is and how far behind.</summary>
public sealed class WatchIngestMetricsTests
{
    private static readonly TestSnapshot A = TestSnapshot.Of("a", 5);

    [Theory]
    [InlineData("closed")]
    [InlineData("silent")]
    [InlineData("expired")]
    [InlineData("error")]
    public async Task The_end_of_a_watch_is_counted_once_by_its_cause(string cause)
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);
        reflector.Clock.Advance(TimeSpan.FromSeconds(2));

        switch (cause)
        {
            case "closed":
                watch.End();
                break;
            case "silent":
                reflector.Clock.Advance(ReflectorHarness.SilenceLimit);
                break;
            case "expired":
                watch.Send(Frames.Gone());
                break;
            default:
                watch.Cut();
                reflector.Clock.Advance(await reflector.NextWaitAsync());
                break;
        }

        await (cause == "expired" ? reflector.Api.ListAsync() : reflector.Api.WatchAsync(10));
        foreach (var each in new[] { "closed", "silent", "expired", "error" })
            Assert.Equal(each == cause ? 1 : null, reflector.Measured[$"reflector_watch_restarts_total cause={each} feed=widgets.example.com"]);
    }

    [Fact]
    public async Task A_watch_that_cannot_be_opened_is_not_counted_as_a_restart()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);
        reflector.Clock.Advance(TimeSpan.FromSeconds(2));
        watch.End();
        (await reflector.Api.WatchAsync(10)).Fail(System.Net.HttpStatusCode.ServiceUnavailable, "not now");
        await reflector.NextWaitAsync();

        Assert.Equal(1, reflector.Measured["reflector_watches_total feed=widgets.example.com"]);
        Assert.Equal(1, reflector.Measured["reflector_watch_restarts_total cause=closed feed=widgets.example.com"]);
        Assert.Null(reflector.Measured["reflector_watch_restarts_total cause=error feed=widgets.example.com"]);
    }

    [Fact]
    public async Task The_age_of_a_feed_counts_from_the_last_sign_of_life()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);
        reflector.Clock.Advance(TimeSpan.FromSeconds(70));
        Assert.Equal(TimeSpan.FromSeconds(70), reflector.Reflector.Age);

        watch.Send(Frames.Bookmark(11));

        await Limit.UntilAsync(() => reflector.Reflector.Age == TimeSpan.Zero, () => $"{reflector.Reflector.Age} is the age");
    }

    [Fact]
    public async Task The_lag_of_a_feed_is_the_wait_of_its_oldest_delivery_until_it_is_acknowledged()
    {
        using var harness = new DispatcherHarness();
        var feed = Feed.Of([harness.Grains.Widgets]).Single();
        Assert.Equal(TimeSpan.Zero, harness.Dispatcher.Lag(feed));
        harness.Enqueue("a", 5);
        var first = await harness.Grains.NextAsync("a@5 to a");
        harness.Clock.Advance(TimeSpan.FromSeconds(1));
        harness.Enqueue("b", 6);
        var second = await harness.Grains.NextAsync("b@6 to b");
        harness.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.FromSeconds(2), harness.Dispatcher.Lag(feed));

        first.Acknowledge();
        await Limit.UntilAsync(() => harness.Dispatcher.Pending == 1, () => "one is acknowledged");
        Assert.Equal(TimeSpan.FromSeconds(1), harness.Dispatcher.Lag(feed));
        second.Acknowledge();
        await harness.DoneAsync();
        Assert.Equal(TimeSpan.Zero, harness.Dispatcher.Lag(feed));
    }
}
