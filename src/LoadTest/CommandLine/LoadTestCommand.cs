using System.CommandLine;
using System.CommandLine.Parsing;
using OrleansOperator.LoadTest.Phases;

namespace OrleansOperator.LoadTest.CommandLine;

/// <summary>The command line: its options, and what it says when one of them is wrong.</summary>
internal static class LoadTestCommand
{
    /// <summary>The command.</summary>
    /// <param name="run">Runs a load test; returns the exit code.</param>
    public static RootCommand Create(Func<LoadTestOptions, CancellationToken, Task<int>> run)
    {
        var defaults = new LoadTestOptions();
        var kubeconfig = new Option<string?>("--kubeconfig") { Description = "The kubeconfig file of the cluster to test.", HelpName = "FILE" };
        var context = new Option<string?>("--context") { Description = "The context of the kubeconfig, in place of its current one.", HelpName = "NAME" };
        var dev = new Option<bool>("--dev") { Description = "Start an API server in memory and silos, all processes of this machine, and test these." };
        var silos = Value("--silos", "N", "With --dev: how many silos.", text => OptionValue.Number(text, 1, 50), defaults.Silos);
        var silo = new Option<string?>("--silo") { Description = "With --dev: the silo's program (.dll or executable), in place of the one that was built with this tool.", HelpName = "FILE" };
        var writeDelay = Value("--write-delay", "TIME", "With --dev: how much later each write of the silos is answered.", text => OptionValue.Duration(text, TimeSpan.Zero), defaults.WriteDelay);
        var reconciles = Value("--max-concurrent-reconciles", "N", "With --dev: how many Foos each silo reconciles at once.", text => (int?)OptionValue.Number(text, 1, 10_000), null);
        var foos = Value("--foos", "N", "How many Foos.", text => OptionValue.Number(text, 1, 1_000_000), defaults.Foos);
        var rate = Value("--rate", "N/s", "Changes a second; without it, as fast as the API server accepts them. With --find-limit: the rate to begin with.", text => (double?)OptionValue.Rate(text), null);
        var namespaces = Value("--namespaces", "N", "Over how many namespaces, which are created, the Foos are spread.", text => OptionValue.Number(text, 1, 1000), defaults.Namespaces);
        var churn = Value("--churn", "N/s", "Fresh changes a second, of other Foos, while the phases run.", OptionValue.Rate, defaults.Churn);
        var duration = Value("--duration", "TIME", "How long the phases idle and churn last, and each step of --find-limit.", text => OptionValue.Duration(text, TimeSpan.FromSeconds(1)), defaults.Duration);
        var phases = Value("--phases", "LIST", $"The phases, in order, of {string.Join(",", PhaseKinds.Names)}.", OptionValue.Phases, null!);
        var concurrency = Value("--concurrency", "N", "Requests in flight at once where no rate is given.", text => OptionValue.Number(text, 1, 1024), defaults.Concurrency);
        var runs = Value("--runs", "N", "How often everything is measured; medians and spread are reported.", text => OptionValue.Number(text, 1, 100), defaults.Runs);
        var patience = Value("--patience", "TIME", "How long nothing may converge before what is missing is given up.", text => OptionValue.Duration(text, TimeSpan.FromSeconds(1)), defaults.Patience);
        var findLimit = new Option<bool>("--find-limit") { Description = "Search for the highest rate of changes with queue wait p99 ≤ 1 s and change → ready p99 ≤ 5 s." };
        var metrics = new Option<Uri[]>("--metrics")
        {
            Description = "Where a silo serves its metrics, such as http://127.0.0.1:8080/metrics; may be repeated. Shows their CPU, memory, requests and queue wait.",
            HelpName = "URL",
            DefaultValueFactory = _ => [],
            CustomParser = result => [.. result.Tokens.Select(token => Read(result, "--metrics", token.Value, OptionValue.Url)!)],
        };
        var restart = new Option<string?>("--restart-command") { Description = "For the phase restart: a shell command that restarts the controller and returns when it is ready.", HelpName = "COMMAND" };
        var available = Value("--make-available", "WHO", "Who makes the replicas of Deployments available: cluster, tool (where no kubelet does), or auto, which finds out.", OptionValue.Availability, defaults.Availability);
        var output = new Option<string?>("--out") { Description = "Write results.json and report.html to this folder.", HelpName = "DIR" };
        var compare = new Option<string[]>("--compare") { Description = "Run nothing; compare the results.json of two load tests.", HelpName = "A.json B.json", Arity = new ArgumentArity(2, 2), AllowMultipleArgumentsPerToken = true };
        var cleanup = new Option<bool>("--cleanup") { Description = "Run nothing; delete the namespaces that interrupted load tests left behind." };

        var command = new RootCommand("Load test of the operator, or of any other controller of Foos: creates, changes and deletes Foos, and measures when the cluster has followed.")
        {
            kubeconfig, context, dev, silos, silo, writeDelay, reconciles, foos, rate, namespaces, churn, duration, phases, concurrency, runs, patience, findLimit, metrics, restart,
            available, output, compare, cleanup,
        };
        command.SetAction((result, cancellationToken) => run(
            Checked(new LoadTestOptions
            {
                Kubeconfig = result.GetValue(kubeconfig),
                Context = result.GetValue(context),
                Dev = result.GetValue(dev),
                Silos = result.GetValue(silos),
                SiloProgram = result.GetValue(silo),
                WriteDelay = result.GetValue(writeDelay),
                MaxConcurrentReconciles = result.GetValue(reconciles),
                Foos = result.GetValue(foos),
                Rate = result.GetValue(rate),
                Namespaces = result.GetValue(namespaces),
                Churn = result.GetValue(churn),
                Duration = result.GetValue(duration),
                Phases = result.GetValue(phases) ?? (result.GetValue(findLimit) ? [PhaseKind.Create] : PhaseKinds.Default),
                Concurrency = result.GetValue(concurrency),
                Runs = result.GetValue(runs),
                Patience = result.GetValue(patience),
                FindLimit = result.GetValue(findLimit),
                Metrics = result.GetValue(metrics) ?? [],
                RestartCommand = result.GetValue(restart),
                Availability = result.GetValue(available),
                Out = result.GetValue(output),
                Compare = result.GetValue(compare) ?? [],
                Cleanup = result.GetValue(cleanup),
            }, result.GetResult(silos) is { Implicit: false }),
            cancellationToken));
        return command;
    }

    /// <summary>What options ask of each other.</summary>
    /// <exception cref="UsageException">Two do not go together.</exception>
    private static LoadTestOptions Checked(LoadTestOptions options, bool hasSilos)
    {
        if (options.Dev && (options.Kubeconfig ?? options.Context) is not null)
            throw new UsageException("--dev starts an API server of its own: leave out --kubeconfig and --context.");
        if (options.Dev && options.Metrics.Count > 0)
            throw new UsageException("--metrics is for a cluster that runs already: with --dev, the silos that were started are read.");
        if (!options.Dev && (hasSilos || options.SiloProgram is not null || options.WriteDelay > TimeSpan.Zero || options.MaxConcurrentReconciles is not null))
            throw new UsageException("--silos, --silo, --write-delay and --max-concurrent-reconciles need --dev: this tool changes nothing about a controller that runs already.");
        if (options.SiloProgram is { } program && !File.Exists(program))
            throw new UsageException($"--silo {program} does not exist.");
        if (options.Phases.Contains(PhaseKind.Restart) && !options.Dev && options.RestartCommand is null)
            throw new UsageException("The phase restart needs --restart-command, such as 'kubectl -n orleans-operator rollout restart statefulset/orleans-operator && kubectl -n orleans-operator rollout status statefulset/orleans-operator'.");
        if (options.Phases.Contains(PhaseKind.Churn) && options.Churn == 0)
            throw new UsageException("The phase churn needs --churn, such as --churn 20/s.");
        return options;
    }

    private static Option<T> Value<T>(string name, string helpName, string description, Func<string, T> read, T otherwise) => new(name)
    {
        Description = description,
        HelpName = helpName,
        DefaultValueFactory = _ => otherwise,
        CustomParser = result => Read(result, name, result.Tokens[^1].Value, read),
    };

    private static T? Read<T>(ArgumentResult result, string option, string text, Func<string, T> read)
    {
        try
        {
            return read(text);
        }
        catch (FormatException e)
        {
            result.AddError($"{option}: '{text}' {e.Message}.");
            return default;
        }
    }
}
