using System.Reflection;
using OrleansOperator.DevCluster;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Dev;

/// <summary>An API server inside this process, with CRDs and examples: a whole cluster for <c>--dev</c>.</summary>
internal sealed class DevEnvironment : IAsyncDisposable
{
    private readonly DevClusterServer _server;
    private readonly DirectoryInfo _folder;

    private DevEnvironment(DevClusterServer server, DirectoryInfo folder) => (_server, _folder) = (server, folder);

    /// <summary>Path of the kubeconfig written for it, in a folder that only its owner can enter.</summary>
    public string Kubeconfig => Path.Combine(_folder.FullName, "kubeconfig");

    /// <summary>URL of the API server.</summary>
    public Uri Url => _server.Url;

    /// <summary>Starts the API server, installs the CRDs and the examples, and writes a kubeconfig.</summary>
    /// <exception cref="SettingsException">The temporary folder cannot be written to.</exception>
    public static async Task<DevEnvironment> StartAsync(SiloSettings settings, IEnumerable<Assembly> manifests, CancellationToken cancellationToken)
    {
        var folder = CreateFolder();
        DevClusterServer? server = null;
        try
        {
            server = await DevClusterServer.StartAsync(
                new DevClusterOptions { Port = settings.ApiPort, AvailableDelay = settings.AvailableDelay }, cancellationToken);
            foreach (var manifest in Manifests([Assembly.GetExecutingAssembly(), .. manifests]))
                await server.ApplyAsync(manifest, cancellationToken);
            var environment = new DevEnvironment(server, folder);
            server.WriteKubeconfig(environment.Kubeconfig);
            return environment;
        }
        catch
        {
            if (server is not null)
                await server.DisposeAsync();
            folder.Delete(recursive: true);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static DirectoryInfo CreateFolder()
    {
        try
        {
            return Directory.CreateTempSubdirectory("orleans-operator-dev-");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException(
                $"--dev cannot write its kubeconfig to the temporary folder {Path.GetTempPath()} ({e.Message}): set TMPDIR to a folder that can be written to.");
        }
    }

    /// <summary>The manifests that are embedded, so that a published operator has them too.</summary>
    private static IEnumerable<string> Manifests(IEnumerable<Assembly> assemblies)
    {
        var resources =
            from assembly in assemblies
            from name in assembly.GetManifestResourceNames()
            where name.EndsWith(".yaml", StringComparison.Ordinal)
            select (Assembly: assembly, Name: name);
        foreach (var (assembly, name) in resources.OrderBy(resource => resource.Name, StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return reader.ReadToEnd();
        }
    }
}
