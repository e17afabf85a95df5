using System.Globalization;
using System.Net.Http.Json;
using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Silos;

namespace OrleansOperator.LoadTest.Dev;

/// <summary>An API server in memory and silos, each a process of its own, which end with this one.</summary>
internal sealed class DevFleet : ISilos, IAsyncDisposable
{
    private const double Megabyte = 1024 * 1024;

    private static readonly TimeSpan s_startTime = TimeSpan.FromMinutes(3);

    private readonly LoadTestOptions _options;
    private readonly TimeProvider _clock;
    private readonly Reaper _reaper = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(30) };
    private readonly string _folder = Directory.CreateTempSubdirectory("load-test-").FullName;
    private readonly List<(ChildProcess Process, Uri Metrics)> _silos = [];
    private ChildProcess? _server;

    private DevFleet(LoadTestOptions options, TimeProvider clock) => (_options, _clock) = (options, clock);

    /// <summary>URL of the API server.</summary>
    public Uri Server { get; private set; } = null!;

    /// <summary>What the silos cost until all were ready for the first time.</summary>
    public StartResult? FirstStart { get; private set; }

    /// <inheritdoc/>
    public TimeSpan? Period => TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public bool CanRestart => true;

    /// <summary>The processor time that the API server has used, in seconds.</summary>
    public double ServerCpuSeconds => _server is { } server && ProcessUse.Read("API server", server.Process) is { } use ? use.CpuSeconds : 0;

    /// <summary>Starts the API server with the CRDs, then the silos, and returns when all are ready.</summary>
    /// <exception cref="UsageException">A program is not there, or does not start.</exception>
    public static async Task<DevFleet> StartAsync(LoadTestOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var fleet = new DevFleet(options, clock);
        try
        {
            await fleet.StartServerAsync(cancellationToken);
            await fleet.StartSilosAsync(cancellationToken);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<SiloReading>> ReadAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<SiloReading>>([.. _silos.Select(silo => ProcessUse.Read(silo.Process.Name, silo.Process.Process)).OfType<SiloReading>()]);

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, SiloCounters>?> CountersAsync(CancellationToken cancellationToken)
    {
        var counters = new Dictionary<string, SiloCounters>();
        foreach (var (process, metrics) in _silos)
            counters[process.Name] = SiloCounters.Of(await _http.GetStringAsync(metrics, cancellationToken));
        return counters;
    }

    /// <inheritdoc/>
    public async Task<TimeSpan> RestartAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(_silos.Select(silo => silo.Process.StopAsync()));
        foreach (var (process, _) in _silos)
            await process.DisposeAsync();
        _silos.Clear();
        return await StartSilosAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (process, _) in _silos)
            await process.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        _http.Dispose();
        _reaper.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>The program of a project: beside this one.</summary>
    private static string Beside(string assembly)
    {
        var program = Path.Combine(AppContext.BaseDirectory, assembly);
        return File.Exists(program) ? program : throw new UsageException($"--dev: {program} is missing. Build src/LoadTest, which brings it.");
    }

    private async Task StartServerAsync(CancellationToken cancellationToken)
    {
        var port = FreePorts.Next();
        Server = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}"));
        foreach (var crd in new[] { "foo", "orleanscluster" })
        {
            await using var resource = typeof(DevFleet).Assembly.GetManifestResourceStream($"crds/{crd}.yaml")!;
            await using var file = File.Create(Path.Combine(_folder, crd + ".yaml"));
            await resource.CopyToAsync(file, cancellationToken);
        }

        _server = ChildProcess.Start("API server", Beside("OrleansOperator.DevCluster.dll"), ["--urls", Server.ToString(), "--apply", _folder, "--kubeconfig", Kubeconfig], "DevCluster ready", _reaper);
        await ReadyAsync([_server], cancellationToken);
        if (_options.WriteDelay > TimeSpan.Zero)
        {
            foreach (var verb in new[] { "create", "update", "patch", "delete" })
            {
                using var answer = await _http.PostAsJsonAsync(
                    new Uri(Server, "/devcluster/faults"), new { fault = "delay", verb, client = "orleans-operator/", seconds = _options.WriteDelay.TotalSeconds }, cancellationToken);
                answer.EnsureSuccessStatusCode();
            }
        }
    }

    private string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    private async Task<TimeSpan> StartSilosAsync(CancellationToken cancellationToken)
    {
        var started = _clock.GetTimestamp();
        for (var i = 0; i < _options.Silos; i++)
        {
            string Url() => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePorts.Next()}");
            string Port() => FreePorts.Next().ToString(CultureInfo.InvariantCulture);
            var urls = Url();
            List<string> arguments =
            [
                "--kubeconfig", Kubeconfig, "--clustering", "kubernetes", "--silo-port", Port(), "--gateway-port", Port(), "--urls", urls, "--admin-urls", Url(),
            ];
            if (_options.MaxConcurrentReconciles is { } most)
                arguments.AddRange(["--max-concurrent-reconciles", most.ToString(CultureInfo.InvariantCulture)]);
            var name = string.Create(CultureInfo.InvariantCulture, $"silo {i}");
            _silos.Add((ChildProcess.Start(name, _options.SiloProgram ?? Beside("OrleansOperator.Silo.dll"), arguments, "Silo ready", _reaper), new Uri(urls + "/metrics")));
        }

        await ReadyAsync(_silos.Select(silo => silo.Process), cancellationToken);
        var time = _clock.GetElapsedTime(started);
        var silos = await ReadAsync(cancellationToken);
        FirstStart ??= new StartResult(
            Math.Round(time.TotalSeconds, 2), Math.Round(silos.Sum(silo => silo.CpuSeconds), 2),
            silos.All(silo => silo.PrivateBytes is not null) ? Math.Round(silos.Sum(silo => silo.PrivateBytes ?? 0) / Megabyte, 1) : null);
        return time;
    }

    private static async Task ReadyAsync(IEnumerable<ChildProcess> processes, CancellationToken cancellationToken)
    {
        foreach (var process in processes)
        {
            try
            {
                await process.Ready.WaitAsync(s_startTime, cancellationToken);
            }
            catch (InvalidOperationException e)
            {
                throw new UsageException($"--dev: {e.Message}");
            }
            catch (TimeoutException)
            {
                throw new UsageException($"--dev: {process.Name} was not ready after {s_startTime.TotalMinutes} minutes. It wrote last: {process.LastLines}");
            }
        }
    }
}
