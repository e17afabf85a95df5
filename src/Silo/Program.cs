using System.CommandLine.Invocation;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

// Errors that a user can mend are one line on stderr and a non-zero exit code; anything else is a bug and shows its stack.
try
{
    var command = SiloCommand.Create(SiloRunner.RunAsync).Parse(args);
    if (command.Action is ParseErrorAction error)
        error.ShowHelp = false;
    return await command.InvokeAsync(new() { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (Exception e) when (StartupError.Explain(e) is { } line)
{
    await Console.Error.WriteLineAsync(line);
    return 1;
}
