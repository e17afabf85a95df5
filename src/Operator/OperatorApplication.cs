using OrleansOperator.Silo.Building;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Lifetime;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator;

/// <summary>
/// An operator: a process that is one silo of any number. It reads its settings, connects to the API server, joins the other silos, runs its
/// controllers, and has probes, metrics and pages; all of it in the right order, also when it stops.
/// </summary>
/// <example>
/// <code>
/// return await OperatorApplication.CreateBuilder(args)
///     .AddController&lt;Website, WebsiteReconciler&gt;(c => c.Json(WebsiteJson.Default).Owns&lt;Deployment&gt;())
///     .Build()
///     .RunAsync();
/// </code>
/// </example>
public sealed class OperatorApplication
{
    private readonly string[] _args;

    internal OperatorApplication(string[] args, OperatorDefinition definition) => (_args, Definition) = (args, definition);

    internal OperatorDefinition Definition { get; }

    /// <summary>Begins an operator.</summary>
    /// <param name="args">The command line. <c>--help</c> lists all options.</param>
    public static OperatorApplicationBuilder CreateBuilder(params string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        return new OperatorApplicationBuilder(args);
    }

    /// <summary>
    /// Runs until SIGTERM or SIGINT. Errors that a user can remedy are one line on stderr.
    /// </summary>
    /// <returns>The exit code of the process: zero when it was asked to stop and has.</returns>
    public async Task<int> RunAsync()
    {
        var lastResort = new LastResort();
        using var signals = new TerminationSignals(lastResort);

        // Errors that a user can remedy are one line on stderr and a non-zero exit code; anything else is a bug and shows its stack.
        try
        {
            var root = SiloCommand.Create((settings, stopping) => SiloRunner.RunAsync(settings, Definition, lastResort, stopping));
            root.Subcommands.Add(OperatorManifests.Command(Definition));
            var command = root.Parse(_args);
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
    }
}
