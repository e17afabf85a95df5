namespace OrleansOperator.Integration.Support;

/// <summary>Waits for conditions, never for time: asks again every few milliseconds until the answer is right.</summary>
internal static class Eventually
{
    /// <summary>Far beyond what anything here takes, so that only a real failure runs into it.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(15);

    /// <summary>Asks until <paramref name="holds"/> is true of the answer, and returns the answer.</summary>
    public static async Task<T> Holds<T>(
        Func<Task<T>> ask, Func<T, bool> holds, string what, TimeSpan? deadline = null)
    {
        using var timer = new PeriodicTimer(Pause);
        var end = TimeProvider.System.GetTimestamp() + (long)((deadline ?? Deadline).TotalSeconds * TimeProvider.System.TimestampFrequency);
        while (true)
        {
            var answer = await ask();
            if (holds(answer))
                return answer;
            if (TimeProvider.System.GetTimestamp() > end)
                Assert.Fail($"Not within {(deadline ?? Deadline).TotalSeconds} s: {what}. Last seen: {answer}");
            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Asks until the answer is yes.</summary>
    public static Task Holds(Func<bool> holds, string what, TimeSpan? deadline = null) =>
        Holds(() => Task.FromResult(holds()), yes => yes, what, deadline);
}
