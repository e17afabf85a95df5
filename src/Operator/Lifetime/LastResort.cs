namespace OrleansOperator.Silo.Lifetime;

/// <summary>
/// Ends a process that was asked to stop and has not within its time, whatever holds it up. On a thread of its own, because
/// that may be the thread pool.
/// </summary>
internal sealed partial class LastResort
{
    /// <summary>
    /// How long after it was asked to stop the process is ended: with the time for its last log lines, the ten seconds within
    /// which an operator on call expects SIGTERM to be done.
    /// </summary>
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(8.5);

    private ServiceSequence? _sequence;
    private ILoggerFactory? _loggers;
    private int _armed;

    /// <summary>From here on it is known what runs, and where the log is; a host that stops by itself has the same time.</summary>
    public void Watch(IHost host)
    {
        (_loggers, _sequence) = (host.Services.GetRequiredService<ILoggerFactory>(), host.Services.GetRequiredService<ServiceSequence>());
        host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(Arm);
    }

    /// <summary>The process was asked to stop.</summary>
    public void Arm()
    {
        if (Interlocked.Exchange(ref _armed, 1) == 0)
            new Thread(Wait) { IsBackground = true, Name = "Last resort" }.Start();
    }

    /// <summary>Ends the process now, naming what still runs.</summary>
    public void Exit()
    {
        string?[] running = [.. _sequence?.Unfinished ?? [], _sequence?.Doing];
        if (_loggers is null)
            Environment.Exit(ExitCodes.Unfinished);
        Log.Exits(_loggers.CreateLogger<LastResort>(), string.Join(", ", running.OfType<string>()) is { Length: > 0 } names ? names : "the host");
        ProcessExit.Now(_loggers, ExitCodes.Unfinished);
    }

    private void Wait()
    {
        Thread.Sleep(Time);
        Exit();
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Error, "The shutdown takes too long, and the process exits with this still running: {Running}")]
        public static partial void Exits(ILogger logger, string running);
    }
}
