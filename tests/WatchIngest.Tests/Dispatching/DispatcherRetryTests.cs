using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Dispatching;

/// <summary>What is not acknowledged is delivered again, until it is.</summary>
public sealed class DispatcherRetryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>Grains throw what they like, and so do the ways to them.</summary>
    public static TheoryData<Exception> Failures =>
    [
        new OrleansException("the silo is stopping"),
        new TimeoutException("no response"),
        new OperationCanceledException(),
        new KeyNotFoundException("a bug in the grain"),
        new NotSupportedException("a silo of another version"),
    ];

    [Theory]
    [MemberData(nameof(Failures), DisableDiscoveryEnumeration = true)]
    public async Task Whatever_the_failure_it_is_tried_again(Exception failure)
    {
        using var harness = new DispatcherHarness(1);
        harness.Enqueue("a", 5);

        (await harness.Grains.NextAsync("a@5 to a")).Fail(failure);
        await harness.RetryAsync(50);

        await harness.Grains.AcknowledgeAsync("a@5 to a");
        await harness.DoneAsync();
        Assert.Equal(0, harness.Dispatcher.InFlight);
    }

    [Fact]
    public async Task A_grain_that_cannot_be_found_is_looked_for_again()
    {
        using var harness = new DispatcherHarness();
        var asked = 0;
        var definition = harness.Grains.Widgets;
        var found = definition.Grain;
        harness.Enqueue(
            definition with { Grain = (grains, key) => asked++ == 0 ? throw new ArgumentException("no such grain type") : found(grains, key) },
            "a", 5, ObservationCause.Change);

        await harness.RetryAsync(50);

        await harness.Grains.AcknowledgeAsync("a@5 to a");
        await harness.DoneAsync();
    }

    /// <summary>Once the silo that failed is known to be gone, there is nothing more to wait for.</summary>
    [Fact]
    public async Task What_waits_is_tried_at_once_when_it_is_told_to()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 5);
        (await harness.Grains.NextAsync("a@5 to a")).Fail(new TimeoutException("no response"));
        await harness.Clock.TimerAsync(TimeSpan.FromMilliseconds(50));

        harness.Dispatcher.RetryNow();

        await harness.Grains.AcknowledgeAsync("a@5 to a");
        await harness.DoneAsync();
        harness.Clock.Advance(TimeSpan.FromSeconds(10));
        Assert.False(harness.Grains.IsCalled);
    }

    [Fact]
    public async Task The_waits_double_from_50_ms_to_2_s()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 5);
        foreach (var wait in (double[])[50, 100, 200, 400, 800, 1600, 2000, 2000])
        {
            (await harness.Grains.NextAsync("a@5 to a")).Fail(new TimeoutException("no response"));
            await harness.RetryAsync(wait);
        }

        await harness.Grains.AcknowledgeAsync("a@5 to a");
        await harness.DoneAsync();

        // An acknowledgement ends the row.
        harness.Enqueue("a", 6);
        (await harness.Grains.NextAsync("a@6 to a")).Fail(new TimeoutException("no response"));
        await harness.RetryAsync(50);
    }

    [Fact]
    public async Task A_call_that_takes_longer_than_3_s_is_given_up_and_tried_again()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 5);
        await harness.Grains.NextAsync("a@5 to a");
        await harness.Clock.TimerAsync(DispatcherHarness.CallTimeout);

        harness.Clock.Advance(DispatcherHarness.CallTimeout);
        await harness.RetryAsync(50);

        await harness.Grains.AcknowledgeAsync("a@5 to a");
        await harness.DoneAsync();
    }

    [Fact]
    public async Task What_came_while_a_call_failed_is_delivered_in_its_stead()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 5);
        var call = await harness.Grains.NextAsync("a@5 to a");
        harness.Enqueue("a", 6);

        call.Fail(new TimeoutException("no response"));
        await harness.RetryAsync(50);

        await harness.Grains.AcknowledgeAsync("a@6 to a");
        await harness.DoneAsync();
        Assert.False(harness.Grains.IsCalled);
    }

    [Fact]
    public async Task What_waits_for_its_retry_holds_nobody_up()
    {
        using var harness = new DispatcherHarness(1);
        harness.Enqueue("a", 5);
        harness.Enqueue("b", 5);

        (await harness.Grains.NextAsync("a@5 to a")).Fail(new TimeoutException("no response"));
        await harness.Grains.AcknowledgeAsync("b@5 to b");

        await harness.RetryAsync(50);
        await harness.Grains.AcknowledgeAsync("a@5 to a");
        await harness.DoneAsync();
    }

    /// <summary>When the wait is over there is nothing left to do; the delivery must not be taken for one that waits.</summary>
    [Fact]
    public async Task News_during_the_wait_are_delivered_at_once_and_once_only()
    {
        var broken = 0;
        void Watch(object? sender, System.Runtime.ExceptionServices.FirstChanceExceptionEventArgs e)
        {
            if (e.Exception is NullReferenceException && e.Exception.StackTrace?.Contains("Dispatcher", StringComparison.Ordinal) == true)
                Interlocked.Increment(ref broken);
        }

        using var harness = new DispatcherHarness(1);
        harness.Enqueue("a", 5);
        (await harness.Grains.NextAsync("a@5 to a")).Fail(new TimeoutException("no response"));
        await harness.Clock.TimerAsync(TimeSpan.FromMilliseconds(50));

        harness.Enqueue("a", 6);
        await harness.Grains.AcknowledgeAsync("a@6 to a");
        await harness.DoneAsync();

        AppDomain.CurrentDomain.FirstChanceException += Watch;
        harness.Clock.Advance(TimeSpan.FromMilliseconds(50));
        harness.Enqueue("b", 5);
        await harness.Grains.AcknowledgeAsync("b@5 to b");
        await harness.DoneAsync();
        AppDomain.CurrentDomain.FirstChanceException -= Watch;

        Assert.False(harness.Grains.IsCalled);
        Assert.Equal(0, broken);
    }

    [Fact]
    public async Task A_stop_ends_the_retries()
    {
        using var harness = new DispatcherHarness();
        harness.Enqueue("a", 5);
        (await harness.Grains.NextAsync("a@5 to a")).Fail(new TimeoutException("no response"));
        await harness.Clock.TimerAsync(TimeSpan.FromMilliseconds(50));

        await harness.Dispatcher.StopAsync(Cancelled).EndsAsync();
        harness.Clock.Advance(TimeSpan.FromSeconds(10));

        Assert.Equal(0, harness.Dispatcher.InFlight);
        Assert.False(harness.Grains.IsCalled);
    }
}
