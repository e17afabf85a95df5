using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansOperator.Chaos.Support;

/// <summary>
/// One API server, some thousand Foos, and silos as a StatefulSet runs them: each a process with an ordinal, which keeps its
/// ports over restarts. Each silo reaches the API server by a way of its own that can be cut.
/// </summary>
public sealed class SiloFleet : IAsyncLifetime
{
    private static readonly int Foos = int.TryParse(Environment.GetEnvironmentVariable("CHAOS_FOOS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 3000;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };
    private readonly SortedDictionary<int, Member> _members = [];
    private readonly Dictionary<int, Dictionary<string, int>> _ports = [];
    private readonly Dictionary<int, Proxy> _proxies = [];
    private readonly ApiAccess _access = new();
    private readonly PodNetwork? _network;
    private SiloProcess? _server;

    public SiloFleet()
        : this(null, Foos)
    {
    }

    /// <summary>A fleet in a network of its own.</summary>
    internal SiloFleet(PodNetwork? network, int foos) => (_network, FooCount) = (network, foos);

    /// <summary>How many Foos there are; CHAOS_FOOS sets another number than that of CI.</summary>
    public int FooCount { get; }

    internal Api Api { get; private set; } = null!;

    /// <summary>The Foos, and how many replicas each has been given.</summary>
    internal Dictionary<string, int> Replicas { get; } = [];

    internal IEnumerable<int> Ordinals => _members.Keys;

    private string Host => _network is null ? "127.0.0.1" : PodNetwork.HostAddress;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var port = FreePort.Next();
        var url = ApiAccess.UrlOf(Host, port);
        _server = SiloProcess.Start("OrleansOperator.DevCluster.dll", _access.Arguments(url));
        await _server.Says("DevCluster ready");
        Api = new Api(_access.Connect(url));
        const string Crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
        await Api.ApplyAsync(Manifests.FooCrd, Crds);
        await Api.ApplyAsync(Manifests.OrleansClusterCrd, Crds);
        await EnsureAsync(3);
        var names = Enumerable.Range(0, FooCount).Select(i => $"foo-{i:00000}").ToList();
        await Parallel.ForEachAsync(names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Cancelled }, async (name, _) => await Api.CreateFooAsync(name, 1));
        foreach (var name in names)
            Replicas[name] = 1;
        await ConvergedAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var ordinal in _members.Keys.ToList())
            await ForgetAsync(ordinal);
        foreach (var proxy in _proxies.Values)
            await proxy.DisposeAsync();
        if (_server is not null)
            await _server.DisposeAsync();
        Api?.Dispose();
        _http.Dispose();
        _access.Dispose();
    }

    internal SiloProcess this[int ordinal] => _members[ordinal].Process;

    /// <summary>The way of a silo to the API server.</summary>
    internal Proxy WayOf(int ordinal) => _proxies[ordinal];

    /// <summary>What a silo answers at its admin address.</summary>
    internal async Task<JsonObject> AdminAsync(int ordinal, string path) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri($"http://127.0.0.1:{_ports[ordinal]["admin"]}{path}"), Cancelled))!.AsObject();

    /// <summary>Has so many silos run, whatever ran before, and waits until the Foos are theirs in even shares and all is as it should be.</summary>
    internal async Task EnsureAsync(int silos)
    {
        foreach (var (ordinal, member) in _members.ToList())
        {
            if (member.Process.HasExited)
                await ForgetAsync(ordinal);
            else if (ordinal >= silos)
                await StopAsync(ordinal);
        }

        await StartAsync([.. Enumerable.Range(0, silos).Where(ordinal => !_members.ContainsKey(ordinal))]);
        await EvenAsync(0.2);
        await ConvergedAsync();
    }

    /// <summary>Starts silos and waits until each says that it is ready.</summary>
    internal Task StartAsync(params int[] ordinals) => StartAsync(ordinals, []);

    /// <summary>Starts silos with more arguments than usual, and waits until each says that it is ready.</summary>
    internal async Task StartAsync(int[] ordinals, string[] arguments)
    {
        foreach (var ordinal in ordinals)
        {
            if (_members.Remove(ordinal, out var before))
                await before.Process.DisposeAsync();
            if (!_ports.TryGetValue(ordinal, out var ports))
            {
                _ports[ordinal] = ports = new[] { "silo", "gateway", "urls", "admin" }.ToDictionary(name => name, _ => FreePort.Next());
                if (_network is null)
                    _proxies[ordinal] = new Proxy(Api.Server);
            }

            var ip = _network?.AddressOf(ordinal).ToString() ?? "127.0.0.1";
            var server = _proxies.TryGetValue(ordinal, out var proxy) ? proxy.Url : Api.Server;
            var process = SiloProcess.Start(
                "OrleansOperator.Silo.dll",
                [
                    "--kubeconfig", _access.SiloKubeconfig, "--master", server.ToString(), "--clustering", "kubernetes",
                    "--advertised-ip", ip, "--silo-port", $"{ports["silo"]}", "--gateway-port", $"{ports["gateway"]}",
                    "--urls", $"http://{ip}:{ports["urls"]}", "--admin-urls", $"http://127.0.0.1:{ports["admin"]}", .. arguments,
                ],
                runner: _network?.RunnerOf(ordinal) ?? "");
            _members[ordinal] = new Member(process, new Uri($"http://{ip}:{ports["urls"]}"));
        }

        foreach (var ordinal in ordinals)
            await this[ordinal].Says("Silo ready");
    }

    /// <summary>SIGTERM, as the kubelet sends it; the silo must end well.</summary>
    internal async Task StopAsync(int ordinal)
    {
        Assert.Equal(0, await this[ordinal].TerminateAsync());
        await ForgetAsync(ordinal);
    }

    /// <summary>SIGKILL.</summary>
    internal async Task KillAsync(int ordinal)
    {
        await this[ordinal].KillAsync();
        await ForgetAsync(ordinal);
    }

    /// <summary>Waits until each silo has its share of the Foos, give or take a part of it.</summary>
    internal async Task EvenAsync(double tolerance)
    {
        if (Replicas.Count == 0)
            return;
        await UntilAsync(
            async () => await SharesAsync(),
            shares => shares.Values.Sum() == FooCount && shares.Values.All(share => Math.Abs((share * shares.Count / (double)FooCount) - 1) <= tolerance),
            "the shares are even");
    }

    /// <summary>How many activations of any grain a silo has dropped since it started.</summary>
    internal async Task<double> DroppedAsync(int ordinal) =>
        (await MetricsAsync(ordinal)).Where(line => line.StartsWith("orleans_catalog_activation_destroyed", StringComparison.Ordinal)).Sum(Value);

    /// <summary>The resident memory of a silo in megabytes.</summary>
    internal double Memory(int ordinal) => File.ReadLines($"/proc/{this[ordinal].Id}/status")
        .Where(line => line.StartsWith("VmRSS:", StringComparison.Ordinal)).Sum(line => double.Parse(line[6..].Trim().Split(' ')[0], CultureInfo.InvariantCulture)) / 1024;

    /// <summary>How many Foos each silo has.</summary>
    internal async Task<Dictionary<int, int>> SharesAsync()
    {
        var shares = new Dictionary<int, int>();
        foreach (var ordinal in Ordinals)
        {
            try
            {
                shares[ordinal] = (int)(await MetricsAsync(ordinal)).Where(line => line.StartsWith("reconciler_grains", StringComparison.Ordinal)).Sum(Value);
            }
            catch (HttpRequestException)
            {
                // A silo that starts has joined before its metrics can be asked for.
                shares[ordinal] = 0;
            }
        }

        return shares;
    }

    /// <summary>The silos that deliver a feed, once each of the two feeds is delivered by one.</summary>
    internal async Task<List<int>> FeedRunnersAsync() => [.. (await UntilAsync(
        async () =>
        {
            var runners = new List<int>();
            foreach (var ordinal in Ordinals)
                runners.AddRange((await MetricsAsync(ordinal)).Where(line => line.StartsWith("reflector_delivers{", StringComparison.Ordinal) && Value(line) == 1).Select(_ => ordinal));
            return runners;
        },
        runners => runners.Count == 2,
        "each feed is run by one silo")).Distinct()];

    /// <summary>Waits until each Foo is Ready in its newest generation.</summary>
    internal Task ConvergedAsync() => UntilAsync(
        async () => (await Api.FoosAsync()).Where(foo => !IsReady(foo)).Select(foo => (string)foo["metadata"]!["name"]!).ToList(),
        unready => unready.Count == 0,
        "every Foo is Ready");

    /// <summary>Each Foo has exactly its one Deployment, with the replicas that it was last given.</summary>
    internal async Task AssertEachHasItsDeploymentAsync()
    {
        var foos = (await Api.FoosAsync()).ToDictionary(foo => (string)foo["metadata"]!["name"]!, foo => (string)foo["metadata"]!["uid"]!);
        var deployments = await Api.DeploymentsAsync();
        Assert.Equal(foos.Keys.Order(StringComparer.Ordinal), deployments.Select(d => (string)d["metadata"]!["name"]!).Order(StringComparer.Ordinal));
        Assert.All(deployments, d =>
        {
            var name = (string)d["metadata"]!["name"]!;
            Assert.Equal(foos[name], (string?)d["metadata"]!["ownerReferences"]![0]!["uid"]);
            Assert.Equal(Replicas[name], (int)d["spec"]!["replicas"]!);
        });
    }

    /// <summary>All is as it should be, and since a mark each change of a Foo has cost one change of its Deployment, and nothing was made or deleted.</summary>
    internal async Task AssertWroteOnlyAsync(long mark, int changes)
    {
        await ConvergedAsync();
        await AssertEachHasItsDeploymentAsync();
        var writes = await Api.WritesAsync(mark);
        Assert.Equal(changes, writes.Done("patch", "deployments"));
        Assert.Equal(0, writes.Done("create", "deployments"));
        Assert.Equal(0, writes.Done("delete", "deployments"));
    }

    /// <summary>Asks now and then until the answer is right.</summary>
    internal static async Task<T> UntilAsync<T>(Func<Task<T>> ask, Func<T, bool> holds, string what)
    {
        using var timer = new PeriodicTimer(Pause);
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (holds(answer))
                return answer;
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                Assert.Fail($"Not within {Patience.TotalSeconds} s: {what}. Last seen: {Text(answer)}");
            await timer.WaitForNextTickAsync(Cancelled);
        }
    }

    private static string Text<T>(T answer) => answer switch
    {
        IDictionary<int, int> shares => string.Join(", ", shares.Select(share => $"{share.Key}: {share.Value}")),
        IReadOnlyCollection<string> names => $"{names.Count}: {string.Join(' ', names.Take(10))}",
        _ => $"{answer}",
    };

    private static bool IsReady(JsonObject foo) =>
        foo["status"]?["conditions"]?.AsArray().Any(c => (string?)c!["type"] == "Ready" && (string?)c["status"] == "True") == true
        && (long?)foo["status"]!["observedGeneration"] == (long)foo["metadata"]!["generation"]!;

    private static double Value(string line) => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);

    private async Task<string[]> MetricsAsync(int ordinal) => (await _http.GetStringAsync(new Uri(_members[ordinal].Probes, "/metrics"), Cancelled)).Split('\n');

    private async Task ForgetAsync(int ordinal)
    {
        _members.Remove(ordinal, out var member);
        Keep(ordinal, member!.Process);
        await member.Process.DisposeAsync();
    }

    /// <summary>Adds what a silo has said to a file in the folder that CHAOS_LOGS names, to find out what went wrong.</summary>
    private static void Keep(int ordinal, SiloProcess silo)
    {
        if (Environment.GetEnvironmentVariable("CHAOS_LOGS") is { Length: > 0 } folder)
            File.AppendAllText(Path.Combine(folder, $"silo-{ordinal}.log"), $"{silo.Output}--- process {silo.Id} is over\n");
    }

    private sealed record Member(SiloProcess Process, Uri Probes);
}
