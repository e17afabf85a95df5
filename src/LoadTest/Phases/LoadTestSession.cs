using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Microsoft.Extensions.DependencyInjection;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Dev;
using OrleansOperator.LoadTest.Objects;
using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Silos;
using OrleansOperator.LoadTest.Tracking;
using OrleansOperator.LoadTest.Watching;

namespace OrleansOperator.LoadTest.Phases;

/// <summary>Runs a load test as often as asked, each time in namespaces of its own, and cleans up after each run however it ends.</summary>
internal sealed class LoadTestSession(LoadTestOptions options, string command, Action<string> say, TimeProvider clock)
{
    private const int ConcurrentRequests = 1024;
    private const double Megabyte = 1024 * 1024;

    private static readonly TimeSpan s_cleanUpTime = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_cleanUpPause = TimeSpan.FromMilliseconds(500);

    private string _server = "";
    private Availability _availability;

    /// <summary>Version of this program.</summary>
    public static string Version { get; } =
        typeof(LoadTestSession).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Runs all. A run that ends early has what was measured until then, and no other follows.</summary>
    public async Task<LoadTestResult> RunAsync(RunProgress progress, CancellationToken cancellationToken)
    {
        var (started, machine) = (clock.GetUtcNow(), Machine());
        var runs = new List<RunResult>();
        for (var run = 1; run <= options.Runs && runs.All(earlier => earlier.Aborted is null); run++)
        {
            progress.Run = run;
            progress.Begin("starting", null);
            runs.Add(options.Dev ? await DevAsync(progress, cancellationToken) : await ElsewhereAsync(progress, cancellationToken));
        }

        return new LoadTestResult
        {
            Version = Version,
            Started = started,
            Command = command,
            Subject = Subject(),
            Server = _server,
            Machine = machine,
            Foos = options.Foos,
            Availability = _availability == Availability.Tool ? "the load test" : "the cluster",
            Runs = runs,
        };
    }

    /// <summary>Deletes what earlier load tests left behind.</summary>
    /// <returns>The namespaces that are gone.</returns>
    public async Task<IReadOnlyList<string>> CleanUpAllAsync(CancellationToken cancellationToken)
    {
        using var api = Connect();
        var cluster = new TestCluster(api);
        var namespaces = await cluster.NamespacesAsync(null, cancellationToken);
        await DeleteAsync(cluster, namespaces, null, cancellationToken);
        return namespaces;
    }

    private static MachineResult Machine() => new(
        RuntimeInformation.OSDescription, Environment.ProcessorCount, Math.Round(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (Megabyte * 1024), 1), RuntimeInformation.FrameworkDescription,
        File.Exists("/proc/loadavg") && double.TryParse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture, out var load) ? load : null);

    private string Subject()
    {
        if (!options.Dev)
            return "the controller of Foos in the cluster";
        var more = (options.WriteDelay > TimeSpan.Zero ? string.Create(CultureInfo.InvariantCulture, $", each write of theirs answered {options.WriteDelay.TotalMilliseconds:0.#} ms later") : "")
            + (options.MaxConcurrentReconciles is { } most ? string.Create(CultureInfo.InvariantCulture, $", {most} concurrent reconciles per silo") : "");
        return string.Create(CultureInfo.InvariantCulture, $"{options.Silos} {(options.Silos == 1 ? "silo" : "silos")} of this operator against DevCluster, all processes of this machine{more}");
    }

    private async Task<RunResult> DevAsync(RunProgress progress, CancellationToken cancellationToken)
    {
        await using var fleet = await DevFleet.StartAsync(options, clock, cancellationToken);
        using var api = KubeApiClient.Connect(fleet.Server, options: ApiOptions(), timeProvider: clock);
        var result = await TestAsync(new TestCluster(api), fleet, () => fleet.ServerCpuSeconds, progress, ownCluster: true, cancellationToken);
        return result with { Start = fleet.FirstStart };
    }

    private async Task<RunResult> ElsewhereAsync(RunProgress progress, CancellationToken cancellationToken)
    {
        using var api = Connect();
        using var silos = new ScrapedSilos(options.Metrics, options.RestartCommand, clock);
        return await TestAsync(new TestCluster(api), silos, static () => null, progress, ownCluster: false, cancellationToken);
    }

    private KubeApiClient Connect()
    {
        using var services = new ServiceCollection().AddMetrics().AddSingleton<KubeApiMetrics>().BuildServiceProvider();
        return KubeApiClient.Create(ApiOptions(), services.GetRequiredService<KubeApiMetrics>(), clock);
    }

    private KubeApiOptions ApiOptions() => new()
    {
        Kubeconfig = options.Kubeconfig,
        Context = options.Context,
        MaxConcurrentRequests = ConcurrentRequests,
        UserAgent = "foo-load-test/" + Version,
    };

    private async Task<RunResult> TestAsync(TestCluster cluster, ISilos silos, Func<double?> serverCpu, RunProgress progress, bool ownCluster, CancellationToken cancellationToken)
    {
        _server = await cluster.VersionAsync(cancellationToken);
        if (!await cluster.ServesFoosAsync(cancellationToken))
            throw new UsageException("The API server does not serve foos.samplecontroller.k8s.io: apply the CRD first (kubectl apply -f deploy/crds/foo.yaml), and start its controller.");
        var test = Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(3));
        List<string> namespaces = [.. Enumerable.Range(0, options.Namespaces).Select(i => string.Create(CultureInfo.InvariantCulture, $"load-test-{test}-{i}"))];
        try
        {
            foreach (var name in namespaces)
                await cluster.CreateNamespaceAsync(name, test, cancellationToken);
            _availability = options.Availability != Availability.Auto ? options.Availability
                : options.Dev ? Availability.Cluster
                : await AvailabilityProbe.FindAsync(cluster, namespaces[0], clock, cancellationToken);
            return await MeasureAsync(cluster, silos, serverCpu, namespaces, progress, cancellationToken);
        }
        finally
        {
            // The API server of its own ends with the run.
            if (!ownCluster)
                await CleanUpAsync(cluster, namespaces, test);
        }
    }

    private async Task<RunResult> MeasureAsync(
        TestCluster cluster, ISilos silos, Func<double?> serverCpu, List<string> namespaces, RunProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tracker = new Tracker(namespaces, clock);
        var monitor = new SiloMonitor(silos, clock, clock.GetTimestamp());
        var foos = new ObjectWatch<FooObject>(cluster.Api, TestCluster.Foos, null, KubeJson.Default.FooObject, KubeJson.Default.ObjectListFooObject, tracker.Foos, clock);
        var deployments = new ObjectWatch<DeploymentObject>(cluster.Api, TestCluster.Deployments, null, KubeJson.Default.DeploymentObject, KubeJson.Default.ObjectListDeploymentObject, tracker.Deployments, clock);
        var events = new ObjectWatch<KubeObject>(cluster.Api, TestCluster.Events, "involvedObject.kind=Foo", KubeJson.Default.KubeObject, KubeJson.Default.ObjectListKubeObject, tracker.Events, clock);
        var background = new List<Task> { foos.RunAsync(stop.Token), deployments.RunAsync(stop.Token), events.RunAsync(stop.Token), monitor.RunAsync(stop.Token) };
        if (_availability == Availability.Tool)
        {
            var loop = new AvailabilityLoop(cluster, clock);
            tracker.Unavailable = loop.Unavailable;
            background.Add(loop.RunAsync(stop.Token));
        }

        progress.Watch(monitor, () => foos.Problem ?? deployments.Problem);
        var run = new Run(
            options, namespaces, silos, new Meter(silos, monitor, serverCpu, tracker, clock), tracker, new Changer(cluster, tracker, options.Patience, clock),
            new Convergence(tracker, options.Patience, clock), progress, clock);
        string? aborted = null;
        try
        {
            await Task.WhenAll(foos.Listed, deployments.Listed);
            await run.RunAsync(stop.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            aborted = "interrupted";
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(background);
        }

        return run.Result with { Silos = monitor.Moments, Aborted = aborted };
    }

    private async Task CleanUpAsync(TestCluster cluster, List<string> namespaces, string test)
    {
        using var time = new CancellationTokenSource(s_cleanUpTime, clock);
        say("cleaning up");
        try
        {
            await DeleteAsync(cluster, namespaces, test, time.Token);
        }
        catch (OperationCanceledException)
        {
            say($"Namespaces {namespaces[0]} to {namespaces[^1]} could not be deleted within {s_cleanUpTime.TotalMinutes} minutes: run this tool with --cleanup, or kubectl delete namespaces -l {TestCluster.NamespaceLabel}");
        }
    }

    /// <summary>Deletes namespaces until they are gone, through an API server that cannot be reached for a while.</summary>
    private async Task DeleteAsync(TestCluster cluster, IReadOnlyList<string> namespaces, string? test, CancellationToken cancellationToken)
    {
        var left = namespaces;
        while (left.Count > 0)
        {
            try
            {
                foreach (var name in left)
                    await cluster.DeleteNamespaceAsync(name, cancellationToken);
                left = await cluster.NamespacesAsync(test, cancellationToken);
            }
            catch (KubeApiException e) when (e.IsAmbiguous || (int)e.Code! is 429 or >= 500)
            {
                say($"cleaning up: {e.Message}");
            }

            if (left.Count > 0)
                await Task.Delay(s_cleanUpPause, clock, cancellationToken);
        }
    }
}
