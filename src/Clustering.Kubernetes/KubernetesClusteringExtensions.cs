using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Fencing;
using OrleansOperator.Clustering.Kubernetes.Gateways;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Pods;
using OrleansOperator.Clustering.Kubernetes.Watching;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.KubeApi.Configuration;

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
        builder.Services.AddSingleton<HeartbeatRecord>();
        builder.Services.AddSingleton(static services => new FreshConnections(() => OpenFresh(services)));
        builder.Services.AddSingleton<HeartbeatWriter>();
        builder.Services.AddSingleton<FencingKey>();
        builder.Services.AddSingleton<IEvictionGuard, EvictionGuard>();
        builder.Services.AddSingleton<Evictor>();
        builder.Services.AddSingleton<KubernetesMembershipTable>();
        builder.Services.AddSingleton(static services => new MembershipHealth(
            services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<MembershipHealth>>()));
        builder.Services.AddSingleton<IMembershipTable, PatientMembershipTable>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static services => services.GetRequiredService<TableContinuity>());
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, JoinWatch>();
        builder.Services.AddSingleton<PodWatcher>();
        builder.Services.AddSingleton<TableWatcher>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static services => services.GetRequiredService<PodWatcher>());
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(static services => services.GetRequiredService<TableWatcher>());
        builder.Services.AddSingleton<IPeers, PeerClient>();

        // Only when it is needed: Orleans' client of a grain service needs the running silo, and that the table.
        builder.Services.AddSingleton<Func<IPeers>>(static services => services.GetRequiredService<IPeers>);
        builder.AddGrainService<PeerService>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, SelfFencing>();
        builder.Services.AddPermissionRequirements(Permissions);

        // Every silo watches the table. Views that silos send each other would bring times of other nodes' clocks, and tables of the past.
        builder.Configure<ClusterMembershipOptions>(static options => options.UseLivenessGossip = false);

        // Before a silo is evicted all others are asked. An indirect probe asks one, and says nothing when that one has died, too.
        builder.Configure<ClusterMembershipOptions>(static options => options.EnableIndirectProbes = false);
        builder.Services.PostConfigure<ClusterMembershipOptions>(Staleness.Extend);
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

    /// <summary>What Orleans has where the application says nothing.</summary>
    private const string UnchosenClusterId = "default";

    private static KubeApiClient? OpenFresh(IServiceProvider services) => services.GetRequiredService<IKubeApi>() is KubeApiClient
        ? KubeApiClient.Create(
            services.GetRequiredService<IOptions<KubeApiOptions>>().Value,
            services.GetRequiredService<KubeApiMetrics>(),
            services.GetRequiredService<TimeProvider>(),
            services.GetService<ILoggerFactory>())
        : null;

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

        // Applications that leave Orleans' own default would take each other's silos for theirs where they share a namespace.
        services.AddOptions<ClusterOptions>().Validate(
            static cluster => cluster.ClusterId is { Length: > 0 } and not UnchosenClusterId,
            $"ClusterOptions.ClusterId is \"{UnchosenClusterId}\" or empty; it must be a name of this application's own, such as \"orders\": silos of one cluster id in one namespace are one cluster.");
        services.TryAddSingleton(ClusterIdentity.From);
        services.TryAddSingleton<ServerClock>();
        services.TryAddSingleton(static provider => new ApiContact(provider.GetRequiredService<TimeProvider>())
        {
            Gap = Staleness.ContactGap(provider.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value),
        });
        services.TryAddSingleton<MembershipApi>();
        services.TryAddSingleton<TableContinuity>();
        services.TryAddSingleton<OrleansClusterStore>();
    }
}
