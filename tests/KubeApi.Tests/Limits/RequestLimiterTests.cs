using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.KubeApi.Limits;

namespace OrleansOperator.KubeApi.Tests.Limits;

public sealed class RequestLimiterTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public void Permits_are_given_at_once_until_none_is_left_and_again_when_one_comes_back()
    {
        using var limiter = new RequestLimiter(2, null, 1, TimeProvider.System);

        var acquired = Acquire(limiter, 4);
        Assert.Equal([true, true, false, false], Done(acquired));

        limiter.Release();
        AssertBecomes([true, true, true, false], acquired);
    }

    [Fact]
    public async Task Fresh_goes_before_backlog_and_each_in_its_order()
    {
        using var limiter = new RequestLimiter(1, null, 1, TimeProvider.System);
        await limiter.AcquireAsync(RequestPriority.Fresh, Cancelled);
        var order = new OrderOf(limiter);
        order.Ask("backlog 1", RequestPriority.Backlog);
        order.Ask("fresh 1", RequestPriority.Fresh);
        order.Ask("backlog 2", RequestPriority.Backlog);
        order.Ask("fresh 2", RequestPriority.Fresh);

        Assert.Equal(["fresh 1", "fresh 2", "backlog 1", "backlog 2"], await order.ReleaseAll(4));
    }

    [Fact]
    public async Task Of_many_fresh_ones_every_eighth_permit_goes_to_the_backlog()
    {
        using var limiter = new RequestLimiter(1, null, 1, TimeProvider.System);
        await limiter.AcquireAsync(RequestPriority.Fresh, Cancelled);
        var order = new OrderOf(limiter);
        for (var i = 0; i < 2; i++)
            order.Ask("backlog", RequestPriority.Backlog);
        for (var i = 0; i < 20; i++)
            order.Ask("fresh", RequestPriority.Fresh);

        var granted = await order.ReleaseAll(22);

        Assert.Equal([7, 15], granted.Index().Where(item => item.Item == "backlog").Select(item => item.Index));
    }

    [Fact]
    public async Task One_that_gives_up_while_it_waits_takes_no_permit()
    {
        using var limiter = new RequestLimiter(1, null, 1, TimeProvider.System);
        await limiter.AcquireAsync(RequestPriority.Fresh, Cancelled);
        using var impatient = new CancellationTokenSource();
        var gaveUp = limiter.AcquireAsync(RequestPriority.Fresh, impatient.Token).AsTask();
        var next = limiter.AcquireAsync(RequestPriority.Backlog, Cancelled).AsTask();

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gaveUp);
        limiter.Release();
        await next;
    }

    [Fact]
    public void A_rate_spreads_what_goes_beyond_the_burst()
    {
        var time = new FakeTimeProvider();
        using var limiter = new RequestLimiter(100, perSecond: 10, burst: 2, time);

        var acquired = Acquire(limiter, 5);
        Assert.Equal([true, true, false, false, false], Done(acquired));

        time.Advance(TimeSpan.FromMilliseconds(100));
        AssertBecomes([true, true, true, false, false], acquired);
        time.Advance(TimeSpan.FromMilliseconds(200));
        AssertBecomes([true, true, true, true, true], acquired);
    }

    [Fact]
    public void A_rate_and_a_limit_on_concurrency_both_hold()
    {
        var time = new FakeTimeProvider();
        using var limiter = new RequestLimiter(1, perSecond: 10, burst: 1, time);

        var acquired = Acquire(limiter, 3);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal([true, false, false], Done(acquired));
        limiter.Release();
        AssertBecomes([true, true, false], acquired);
        limiter.Release();
        Assert.Equal([true, true, false], Done(acquired));
        time.Advance(TimeSpan.FromMilliseconds(100));
        AssertBecomes([true, true, true], acquired);
    }

    [Fact]
    public void Whatever_is_asked_given_back_and_given_up_there_are_never_too_many_and_nobody_is_forgotten()
    {
        // Each number is a step: 0-4 ask (odd: backlog), 5-7 give back, 8-9 the oldest waiting one gives up.
        Gen.Int[0, 9].Array[0, 200].Sample(steps =>
        {
            const int Max = 3;
            using var limiter = new RequestLimiter(Max, null, 1, TimeProvider.System);
            var asked = new List<(Task Task, CancellationTokenSource Cancel)>();
            int released = 0;
            foreach (var step in steps)
            {
                var running = asked.Count(item => item.Task.IsCompletedSuccessfully) - released;
                Assert.InRange(running, 0, Max);
                if (step <= 4)
                {
                    var cancel = new CancellationTokenSource();
                    var priority = step % 2 == 0 ? RequestPriority.Fresh : RequestPriority.Backlog;
                    asked.Add((limiter.AcquireAsync(priority, cancel.Token).AsTask(), cancel));
                }
                else if (step <= 7 && running > 0)
                {
                    var waiting = asked.Count(item => !item.Task.IsCompleted);
                    limiter.Release();
                    released++;
                    Assert.True(SpinWait.SpinUntil(
                        () => waiting == 0 || asked.Count(item => !item.Task.IsCompleted) == waiting - 1, TimeSpan.FromSeconds(30)));
                }
                else if (step >= 8 && asked.FirstOrDefault(item => !item.Task.IsCompleted) is { Cancel: { } giveUp } item)
                {
                    giveUp.Cancel();
                    Assert.True(SpinWait.SpinUntil(() => item.Task.IsCanceled, TimeSpan.FromSeconds(30)));
                }
            }

            var open = asked.Where(item => !item.Task.IsCanceled).ToList();
            for (; released < open.Count; released++)
            {
                Assert.True(SpinWait.SpinUntil(() => open.Count(item => item.Task.IsCompletedSuccessfully) > released, TimeSpan.FromSeconds(30)));
                limiter.Release();
            }
        }, iter: 200, threads: 1);
    }

    private static List<Task> Acquire(RequestLimiter limiter, int times) =>
        Enumerable.Range(0, times).Select(_ => limiter.AcquireAsync(RequestPriority.Fresh, Cancelled).AsTask()).ToList();

    private static IEnumerable<bool> Done(IEnumerable<Task> tasks) => tasks.Select(task => task.IsCompleted);

    // Waiters go on in the thread pool.
    private static void AssertBecomes(bool[] expected, List<Task> tasks)
    {
        SpinWait.SpinUntil(() => Done(tasks).SequenceEqual(expected), TimeSpan.FromSeconds(30));
        Assert.Equal(expected, Done(tasks));
    }

    /// <summary>In which order those who ask get the one permit.</summary>
    private sealed class OrderOf(RequestLimiter limiter)
    {
        private readonly SemaphoreSlim _granted = new(0);
        private readonly List<string> _order = [];

        public void Ask(string name, RequestPriority priority)
        {
            limiter.AcquireAsync(priority, Cancelled).AsTask().ContinueWith(
                _ =>
                {
                    _order.Add(name);
                    _granted.Release();
                },
                Cancelled,
                TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default);
        }

        public async Task<IReadOnlyList<string>> ReleaseAll(int count)
        {
            for (var i = 0; i < count; i++)
            {
                limiter.Release();
                await _granted.WaitAsync(Cancelled);
            }

            return _order;
        }
    }
}
