using System.Runtime.InteropServices;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.LoadTest.CommandLine;
using Spectre.Console;

const int RedirectedWidth = 240;

// The first signal ends the test and cleans up; a second one does not wait for that.
using var interrupted = new CancellationTokenSource();
void Interrupt(PosixSignalContext context)
{
    if (interrupted.IsCancellationRequested)
        return;
    context.Cancel = true;
    interrupted.Cancel();
}

using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupt);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupt);
try
{
    // Where nobody looks, lines are as long as they are.
    if (Console.IsOutputRedirected)
        AnsiConsole.Profile.Width = RedirectedWidth;
    var program = new LoadTestProgram(AnsiConsole.Console, string.Join(' ', args), TimeProvider.System);
    var command = LoadTestCommand.Create(program.RunAsync).Parse(args);
    if (command.Errors is [var error, ..])
        throw new UsageException($"{error.Message} --help lists all options.");
    return await command.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupted.Token);
}
catch (Exception e) when (e is UsageException or KubeConfigurationException or KubeApiException)
{
    await Console.Error.WriteLineAsync(e.Message);
    return ExitCodes.CannotRun;
}
catch (OperationCanceledException) when (interrupted.IsCancellationRequested)
{
    return ExitCodes.Interrupted;
}
