namespace OrleansOperator.Silo.Lifetime;

/// <summary>Ends the process without waiting for anything but its last log lines, which the console's logger writes from a queue.</summary>
internal static class ProcessExit
{
    private static readonly TimeSpan FlushTime = TimeSpan.FromSeconds(1.3);

    /// <summary>Ends the process with one of <see cref="ExitCodes"/>.</summary>
    public static void Now(ILoggerFactory loggers, int code)
    {
        Task.Run(loggers.Dispose).Wait(FlushTime);
        Environment.Exit(code);
    }
}
