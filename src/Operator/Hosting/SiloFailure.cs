using OrleansOperator.Silo.Lifetime;

namespace OrleansOperator.Silo.Hosting;

/// <summary>
/// Ends the process when this silo cannot go on, most often because the others have declared it dead after it hung: with one
/// line and an exit code, where Orleans would dump a stack and abort. Kubernetes restarts it.
/// </summary>
internal sealed partial class SiloFailure(ILoggerFactory loggers, ILogger<SiloFailure> logger) : IFatalErrorHandler
{
    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    /// <inheritdoc/>
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        Log.Exits(logger, string.Join(" ", new[] { context, exception?.Message }.Where(text => text is { Length: > 0 })) is { Length: > 0 } reason ? reason : "no reason given");
        ProcessExit.Now(loggers, ExitCodes.Crashed);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "This silo cannot go on and exits, to be restarted: {Reason}")]
        public static partial void Exits(ILogger logger, string reason);
    }
}
