using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Providers;
using OrleansOperator.Clustering.Kubernetes;

[assembly: RegisterProvider("Kubernetes", "Clustering", "Silo", typeof(KubernetesClusteringProviderBuilder))]
[assembly: RegisterProvider("Kubernetes", "Clustering", "Client", typeof(KubernetesClusteringProviderBuilder))]

namespace OrleansOperator.Clustering.Kubernetes;

/// <summary>
/// Registers by configuration alone: <c>Orleans:Clustering:ProviderType</c> is <c>Kubernetes</c>, and the other keys of the section are
/// those of <see cref="KubernetesClusteringOptions"/>. Orleans finds it by its assembly attribute.
/// </summary>
internal sealed class KubernetesClusteringProviderBuilder : IProviderBuilder<ISiloBuilder>, IProviderBuilder<IClientBuilder>
{
    /// <inheritdoc/>
    public void Configure(ISiloBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        builder.UseKubernetesClustering();
        builder.Services.AddOptions<KubernetesClusteringOptions>().Bind(configurationSection);
    }

    /// <inheritdoc/>
    public void Configure(IClientBuilder builder, string? name, IConfigurationSection configurationSection)
    {
        builder.UseKubernetesClustering();
        builder.Services.AddOptions<KubernetesClusteringOptions>().Bind(configurationSection);
    }
}
