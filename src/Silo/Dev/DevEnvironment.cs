using System.Reflection;
using OrleansOperator.DevCluster;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Dev;

/// <summary>An API server inside this process, with the CRD and example Foos: a whole cluster for <c>--dev</c>.</summary>
internal sealed class DevEnvironment : IAsyncDisposable
{
    private readonly DevClusterServer _server;

    private DevEnvironment(DevClusterServer server, string kubeconfig) => (_server, Kubeconfig) = (server, kubeconfig);

    /// <summary>Path of the kubeconfig written for it.</summary>
    public string Kubeconfig { get; }

    /// <summary>URL of the API server.</summary>
    public Uri Url => _server.Url;

    /// <summary>Starts the API server and fills it.</summary>
    public static async Task<DevEnvironment> StartAsync(SiloSettings settings, CancellationToken cancellationToken)
    {
        var server = await DevClusterServer.StartAsync(
            new DevClusterOptions { Port = settings.ApiPort, AvailableDelay = settings.AvailableDelay }, cancellationToken);
        try
        {
            var kubeconfig = Path.Combine(Path.GetTempPath(), $"orleans-operator-dev-{server.Url.Port}.kubeconfig");
            server.WriteKubeconfig(kubeconfig);
            foreach (var manifest in Manifests())
                await server.ApplyAsync(manifest, cancellationToken);
            return new DevEnvironment(server, kubeconfig);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        File.Delete(Kubeconfig);
    }

    /// <summary>The files of deploy/crds and deploy/examples, which are embedded so that a published silo has them too.</summary>
    private static IEnumerable<string> Manifests()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(".yaml", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }
}
