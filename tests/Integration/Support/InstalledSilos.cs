using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster;

namespace OrleansOperator.Integration.Support;

/// <summary>
/// The pods of the operator's StatefulSet as real processes: what the StatefulSet controller and the kubelet do where there is a
/// container engine. Each gets exactly the arguments and the environment of the container, the downward API resolved, and an address of its own
/// (<c>127.x.y.z</c>). Only what the machine shares between pods is added: where the API server is, since no service account is mounted, and
/// addresses for the two HTTP listeners, which in pods have the same.
/// </summary>
internal sealed partial class InstalledSilos : IAsyncDisposable
{
    private static int s_networks = Random.Shared.Next(1, 200);

    private readonly ClusterClient _client;
    private readonly TemporaryFile _kubeconfig = new();
    private readonly int _network = Interlocked.Increment(ref s_networks);
    private readonly Dictionary<int, SiloProcess> _running = [];
    private int _addresses;

    private InstalledSilos(ClusterClient client, JsonObject statefulSet) => (_client, StatefulSet) = (client, statefulSet);

    /// <summary>The StatefulSet as the API server has it.</summary>
    public JsonObject StatefulSet { get; }

    public int Replicas => StatefulSet["spec"]!["replicas"]!.GetValue<int>();

    public TimeSpan GracePeriod => TimeSpan.FromSeconds(Template["spec"]!["terminationGracePeriodSeconds"]!.GetValue<int>());

    public IEnumerable<SiloProcess> Running => _running.Values;

    private JsonObject Template => StatefulSet["spec"]!["template"]!.AsObject();

    private JsonObject Container => Template["spec"]!["containers"]!.AsArray().Single()!.AsObject();

    private string Pods => $"/api/v1/namespaces/{_client.Namespace}/pods";

    /// <summary>Starts the pods of the StatefulSet in a namespace.</summary>
    public static async Task<InstalledSilos> StartAsync(DevClusterServer cluster, string ns)
    {
        var client = new ClusterClient(cluster, ns);
        var statefulSet = await client.SendAsync(HttpMethod.Get, $"/apis/apps/v1/namespaces/{ns}/statefulsets/orleans-operator");
        var silos = new InstalledSilos(client, statefulSet);

        // With the permissions that the manifests give to the pods' service account; the membership is in its namespace.
        await File.WriteAllTextAsync(silos._kubeconfig.Path, cluster.KubeconfigForServiceAccount(ns, "orleans-operator"), TestContext.Current.CancellationToken);
        await silos.StartAllAsync();
        return silos;
    }

    /// <summary>Starts every pod that does not run.</summary>
    public async Task StartAllAsync()
    {
        for (var ordinal = 0; ordinal < Replicas; ordinal++)
        {
            if (!_running.ContainsKey(ordinal))
                await StartAsync(ordinal);
        }
    }

    /// <summary>SIGKILL, and the pod is gone: its node was lost.</summary>
    public async Task LoseAsync(int ordinal)
    {
        await using (var process = _running[ordinal])
            await process.KillAsync();
        await RemoveAsync(ordinal);
    }

    /// <summary>SIGTERM, as when a pod is deleted.</summary>
    public async Task<int> StopAsync(int ordinal)
    {
        await using var process = _running[ordinal];
        var code = await process.TerminateAsync();
        await RemoveAsync(ordinal);
        return code;
    }

    /// <summary>Asks what the readiness probe of the StatefulSet asks.</summary>
    public async Task UntilReadyAsync()
    {
        using var http = new HttpClient();
        foreach (var (ordinal, process) in _running)
        {
            await Eventually.Holds(
                async () =>
                {
                    try
                    {
                        using var response = await http.GetAsync(await ProbeAsync("readinessProbe", ordinal), TestContext.Current.CancellationToken);
                        return response.IsSuccessStatusCode;
                    }
                    catch (HttpRequestException)
                    {
                        Assert.False(process.HasExited, $"It ended: {process.Output}");
                        return false;
                    }
                },
                ready => ready, $"{Name(ordinal)} is ready: {process.Output}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _running.Values)
            await process.DisposeAsync();
        _kubeconfig.Dispose();
        _client.Dispose();
    }

    private async Task StartAsync(int ordinal)
    {
        var pod = await CreatePodAsync(ordinal);
        var environment = new Dictionary<string, string>
        {
            ["KUBERNETES_SERVICE_HOST"] = "127.0.0.1",
            ["KUBERNETES_SERVICE_PORT"] = "1",
        };
        foreach (var variable in Container["env"]!.AsArray())
            environment[variable!["name"]!.GetValue<string>()] = Value(variable.AsObject(), pod);
        var arguments = Container["args"]!.AsArray().Select(argument => Reference().Replace(argument!.GetValue<string>(), match => environment[match.Groups[1].Value])).ToList();
        var ip = pod["status"]!["podIP"]!.GetValue<string>();
        arguments.AddRange(["--kubeconfig", _kubeconfig.Path, "--urls", $"http://{ip}:{PortOf("http")}", "--admin-urls", $"http://{ip}:8081"]);
        _running[ordinal] = SiloProcess.Start("OrleansOperator.Silo.dll", [.. arguments], environment);
    }

    private async Task<JsonObject> CreatePodAsync(int ordinal)
    {
        var name = Name(ordinal);
        var metadata = Template["metadata"]!.DeepClone().AsObject();
        metadata["name"] = name;
        metadata["labels"]!["statefulset.kubernetes.io/pod-name"] = name;
        metadata["labels"]!["apps.kubernetes.io/pod-index"] = $"{ordinal}";
        var pod = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = metadata, ["spec"] = Template["spec"]!.DeepClone() };
        await _client.SendAsync(HttpMethod.Post, Pods, pod.ToJsonString());
        var ip = $"127.{_network}.{ordinal}.{Interlocked.Increment(ref _addresses)}";
        return await _client.SendAsync(
            HttpMethod.Patch, $"{Pods}/{name}/status", $$"""{"status":{"phase":"Running","podIP":"{{ip}}","podIPs":[{"ip":"{{ip}}"}]} }""", "application/merge-patch+json");
    }

    private async Task RemoveAsync(int ordinal)
    {
        _running.Remove(ordinal);
        await _client.SendAsync(HttpMethod.Delete, $"{Pods}/{Name(ordinal)}", """{"apiVersion":"v1","kind":"DeleteOptions","gracePeriodSeconds":0}""");
    }

    private async Task<Uri> ProbeAsync(string probe, int ordinal)
    {
        var get = Container[probe]!["httpGet"]!;
        var pod = await _client.SendAsync(HttpMethod.Get, $"{Pods}/{Name(ordinal)}");
        return new Uri($"http://{pod["status"]!["podIP"]}:{PortOf(get["port"]!.GetValue<string>())}{get["path"]}");
    }

    private int PortOf(string name) =>
        Container["ports"]!.AsArray().Single(port => port!["name"]!.GetValue<string>() == name)!["containerPort"]!.GetValue<int>();

    private string Name(int ordinal) => $"{StatefulSet["metadata"]!["name"]}-{ordinal}";

    /// <summary>The value of an environment variable, from the downward API where it says so.</summary>
    private static string Value(JsonObject variable, JsonObject pod) =>
        variable["valueFrom"]?["fieldRef"]?["fieldPath"]?.GetValue<string>() is { } path
            ? path.Split('.').Aggregate((JsonNode)pod, (node, field) => node[field]!).GetValue<string>()
            : variable["value"]!.GetValue<string>();

    [GeneratedRegex(@"\$\(([A-Z_]+)\)")]
    private static partial Regex Reference();
}
