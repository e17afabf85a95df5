using System.Reflection;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>
/// Which API server, with which credentials, and how hard it may be used. With none of <see cref="Kubeconfig"/>,
/// <see cref="Context"/> and <see cref="Master"/>: inside a pod its service account, elsewhere the files in the environment
/// variable KUBECONFIG or ~/.kube/config.
/// </summary>
public sealed class KubeApiOptions
{
    /// <summary>Name of the configuration section these options are usually bound to.</summary>
    public const string Section = "KubeApi";

    /// <summary>Path of a kubeconfig file.</summary>
    public string? Kubeconfig { get; set; }

    /// <summary>Name of the kubeconfig's context to use instead of its current one.</summary>
    public string? Context { get; set; }

    /// <summary>
    /// URL of the API server, overriding the kubeconfig's. On its own, as with client-go's <c>--master</c>, it is used without
    /// credentials.
    /// </summary>
    public string? Master { get; set; }

    /// <summary>
    /// How long a request may take, waiting for this silo's own limits not counted; for streams, how long until the headers
    /// come. From 1 ms to 1 day.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Requests of this silo in flight at once, streams and vital ones not counted. 1 or more. The API server's own priority and fairness is
    /// what shares it between clients; this bounds what one silo can queue there.
    /// </summary>
    public int MaxConcurrentRequests { get; set; } = 64;

    /// <summary>Requests a second of this silo, streams and vital ones not counted; null is no limit.</summary>
    public double? RequestsPerSecond { get; set; }

    /// <summary>Requests at once beyond <see cref="RequestsPerSecond"/>. 1 or more; without a rate it does nothing.</summary>
    public int RequestBurst { get; set; } = 100;

    /// <summary>The User-Agent header: what audit logs call this client.</summary>
    public string UserAgent { get; set; } = "orleans-operator/" + ProductVersion();

    private static string ProductVersion()
    {
        var version = typeof(KubeApiOptions).Assembly
            .GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";
        return version.Split('+')[0];
    }
}
