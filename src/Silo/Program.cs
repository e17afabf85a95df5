using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Lifetime;
using OrleansOperator.Silo.Settings;

var lastResort = new LastResort();
using var signals = new TerminationSignals(lastResort);

// Errors that a user can remedy are one line on stderr and a non-zero exit code; anything else is a bug and shows its stack.
try
{
    var command = SiloCommand.Create((settings, stopping) => SiloRunner.RunAsync(settings, lastResort, stopping)).Parse(args);
    if (command.Errors is [var error, ..])
        throw new SettingsException($"{error.Message} --help lists all options.");
    return await command.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, signals.Token);
}
catch (OperationCanceledException) when (signals.Token.IsCancellationRequested)
{
    return ExitCodes.Success;
}
catch (Exception e) when (StartupError.Explain(e) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return ExitCodes.CannotStart;
}
