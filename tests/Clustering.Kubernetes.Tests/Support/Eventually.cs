namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>Waits for conditions, never for time: asks again every few milliseconds until the answer is right.</summary>
internal static class Eventually
{
    /// <summary>Far beyond what anything here takes, so that only a real failure runs into it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    public static async Task<T> Holds<T>(Func<Task<T>> ask, Func<T, bool> holds, string what, TimeSpan? deadline = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(15));
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (holds(answer))
                return answer;
            if (TimeProvider.System.GetElapsedTime(started) > (deadline ?? Deadline))
                Assert.Fail($"Not within {(deadline ?? Deadline).TotalSeconds} s: {what}. Last seen: {answer}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    public static Task Holds(Func<bool> holds, string what, TimeSpan? deadline = null) =>
        Holds(() => Task.FromResult(holds()), static yes => yes, what, deadline);
}
