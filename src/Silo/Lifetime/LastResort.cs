namespace OrleansOperator.Silo.Lifetime;

/// <summary>
/// Ends a process that was asked to stop and has not within its time, whatever holds it up. On a thread of its own, because
/// that may be the thread pool.
/// </summary>
internal sealed partial class LastResort
{
    /// <summary>
    /// How long after it was asked to stop the process is ended: with <see cref="FlushTime"/>, the ten seconds within which an
    /// operator on call expects SIGTERM to be done.
    /// </summary>
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(9);

    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(0.8);

    private readonly ServiceSequence _sequence;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger<LastResort> _logger;

    public LastResort(ServiceSequence sequence, IHostApplicationLifetime lifetime, ILoggerFactory loggers)
    {
        (_sequence, _loggers, _logger) = (sequence, loggers, loggers.CreateLogger<LastResort>());
        lifetime.ApplicationStopping.Register(() => new Thread(Wait) { IsBackground = true, Name = "Last resort" }.Start());
    }

    /// <summary>Ends the process now, naming what still runs.</summary>
    public void Exit()
    {
        string?[] running = [.. _sequence.Unfinished, _sequence.Doing];
        Log.Exits(_logger, string.Join(", ", running.OfType<string>()) is { Length: > 0 } names ? names : "the host");

        // The console's logger writes from a queue.
        Task.Run(_loggers.Dispose).Wait(FlushTime);
        Environment.Exit(ExitCodes.Unfinished);
    }

    private void Wait()
    {
        Thread.Sleep(Time);
        Exit();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The time for the shutdown is up, and the process ends with this still running: {Running}")]
        public static partial void Exits(ILogger logger, string running);
    }
}
