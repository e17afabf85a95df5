namespace OrleansOperator.LoadTest.Scheduling;

/// <summary>Makes changes when they are due.</summary>
internal static class Pacer
{
    /// <summary>Changes under way at once at a given rate. Beyond it they are sent later, and counted from when they were due.</summary>
    private const int MostInFlight = 512;

    /// <summary>Makes the changes of a schedule; returns when all were answered.</summary>
    /// <param name="schedule">When they are due.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="send">Makes one, given its number and the timestamp at which it was due. It must not fail.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task RunAsync(Schedule schedule, TimeProvider clock, Func<int, long, Task> send, CancellationToken cancellationToken)
    {
        var start = clock.GetTimestamp();
        var places = new SemaphoreSlim(MostInFlight);
        var sent = 0;
        while (sent < schedule.Count)
        {
            var wait = schedule.DueAt(sent) - clock.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
                await Task.Delay(wait, clock, cancellationToken);

            // Several may be due at once: timers are coarser than high rates.
            for (var due = schedule.DueBy(clock.GetElapsedTime(start)); sent < due; sent++)
            {
                await places.WaitAsync(cancellationToken);
                _ = SendAsync(sent, start + ToTicks(schedule.DueAt(sent), clock));
            }
        }

        for (var i = 0; i < MostInFlight; i++)
            await places.WaitAsync(cancellationToken);

        async Task SendAsync(int index, long due)
        {
            try
            {
                await send(index, due);
            }
            finally
            {
                places.Release();
            }
        }
    }

    /// <summary>Makes changes as fast as they are accepted: each is due when its turn comes.</summary>
    public static Task RunAsync(int count, int concurrency, TimeProvider clock, Func<int, long, Task> send, CancellationToken cancellationToken)
    {
        var next = -1;
        return Task.WhenAll(Enumerable.Range(0, concurrency).Select(async _ =>
        {
            while (Interlocked.Increment(ref next) is var index && index < count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await send(index, clock.GetTimestamp());
            }
        }));
    }

    private static long ToTicks(TimeSpan time, TimeProvider clock) => (long)(time.TotalSeconds * clock.TimestampFrequency);
}
