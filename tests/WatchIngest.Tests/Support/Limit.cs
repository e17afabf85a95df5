using System.Threading.Channels;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>Waits for conditions, never for time: far longer than anything takes, so that only a real failure runs into it.</summary>
internal static class Limit
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>The next of something that is sure to come.</summary>
    public static async Task<T> NextAsync<T>(this Channel<T> channel, string what)
    {
        try
        {
            return await channel.Reader.ReadAsync(Cancelled).AsTask().WaitAsync(Patience, Cancelled);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"no {what} has arrived");
        }
    }

    /// <summary>Waits for a task that is sure to end.</summary>
    public static Task EndsAsync(this Task task) => task.WaitAsync(Patience, Cancelled);

    /// <summary>Asks until the answer is yes.</summary>
    public static async Task UntilAsync(Func<bool> holds, Func<string> what)
    {
        using var timer = new PeriodicTimer(Pause);
        var started = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, $"{what()} within {Patience.TotalSeconds} s");
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }
}
