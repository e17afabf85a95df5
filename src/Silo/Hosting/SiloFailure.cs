namespace OrleansOperator.Silo.Hosting;

/// <summary>
/// Ends the process when this silo cannot go on, most often because the others have declared it dead after it hung: with one
/// line and an exit code, where Orleans would dump a stack and abort. Kubernetes starts it anew.
/// </summary>
internal sealed partial class SiloFailure(ILogger<SiloFailure> logger) : IFatalErrorHandler
{
    /// <summary>Exit code of a silo that was declared dead, or could not go on for another reason.</summary>
    public const int ExitCode = 70;

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => exception is not OperationCanceledException;

    /// <inheritdoc/>
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        Log.Ends(logger, context ?? exception?.Message ?? "no reason given");
        Console.Error.WriteLine($"This silo cannot go on and ends, to be started anew: {context} {exception?.Message}");
        Environment.Exit(ExitCode);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "This silo cannot go on and ends, to be started anew: {Reason}")]
        public static partial void Ends(ILogger logger, string reason);
    }
}
