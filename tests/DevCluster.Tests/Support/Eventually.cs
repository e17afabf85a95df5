namespace OrleansOperator.DevCluster.Tests.Support;

/// <summary>Waits for what the loops of a cluster do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    /// <summary>Returns once a condition holds.</summary>
    /// <exception cref="OperationCanceledException">It does not hold in time.</exception>
    public static async Task Holds(Func<Task<bool>> condition)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        deadline.CancelAfter(Deadline);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!await condition())
            await timer.WaitForNextTickAsync(deadline.Token);
    }
}
