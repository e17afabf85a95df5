using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Messaging;
using OrleansOperator.Clustering.Kubernetes.Fencing;
using OrleansOperator.Clustering.Kubernetes.Gateways;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Pods;
using OrleansOperator.Clustering.Kubernetes.Watching;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Clustering.Kubernetes;

/// <summary>Keeps an Orleans cluster's membership in Kubernetes.</summary>
public static class KubernetesClusteringExtensions
{
    /// <summary>
    /// The silo keeps its membership in an OrleansCluster object (deploy/crds/orleanscluster.yaml) and in Leases. The API server
    /// is reached as <see cref="KubeApiServiceCollectionExtensions.AddKubeApi"/> was told; where it was not called, by its
    /// defaults: the pod's service account, or the usual kubeconfig.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets options; null for the defaults, or when they come from a configuration section.</param>
    public static ISiloBuilder UseKubernetesClustering(this ISiloBuilder builder, Action<KubernetesClusteringOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddStores(builder.Services, configure);
        builder.Services.AddSingleton<ClusteringMetrics>();
        builder.Services.AddSingleton<HeartbeatStore>();
        builder.Services.AddSingleton<KubernetesMembershipTable>();
        builder.Services.AddSingleton(static services => new MembershipHealth(
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<MembershipHealth>>()));
        builder.Services.AddSingleton<IMembershipTable, PatientMembershipTable>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, JoinWatch>();
        builder.Services.AddSingleton<PodWatcher>();
        builder.Services.AddSingleton<TableWatcher>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static services => services.GetRequiredService<PodWatcher>());
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static services => services.GetRequiredService<TableWatcher>());
        builder.Services.TryAddSingleton<Reachability>();
        builder.Services.AddSingleton<PeerClient>();
        builder.AddGrainService<PeerService>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SelfFencing>();
        builder.Services.AddPermissionRequirements(Permissions);
        return builder;
    }

    /// <summary>The client finds the gateways of the silos in their OrleansCluster object; see the method for silos.</summary>
    /// <param name="builder">The client.</param>
    /// <param name="configure">Sets options; null for the defaults, or when they come from a configuration section.</param>
    public static IClientBuilder UseKubernetesClustering(this IClientBuilder builder, Action<KubernetesClusteringOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        AddStores(builder.Services, configure);
        builder.Services.AddSingleton<IGatewayListProvider, KubernetesGatewayListProvider>();
        return builder;
    }

    private static IEnumerable<PermissionRequirement> Permissions(IServiceProvider services)
    {
        var options = services.GetRequiredService<IOptions<KubernetesClusteringOptions>>().Value;
        var membership = new[] { OrleansClusterStore.Permissions, HeartbeatStore.Permissions, TableWatcher.Permissions }.SelectMany(static list => list);
        var pods = options.PodWatch ? PodWatcher.Permissions : [];
        return [.. membership.In(services.GetRequiredService<ClusterIdentity>().Namespace), .. pods.In(PodWatcher.NamespaceOf(services, options))];
    }

    private static void AddStores(IServiceCollection services, Action<KubernetesClusteringOptions>? configure)
    {
        services.AddKubeApi();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KubernetesClusteringOptions>, KubernetesClusteringOptionsValidator>());
        var options = services.AddOptions<KubernetesClusteringOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);

        services.TryAddSingleton(ClusterIdentity.From);
        services.TryAddSingleton<OrleansClusterStore>();
    }
}
