using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Messaging;
using OrleansOperator.Clustering.Kubernetes.Gateways;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Configuration;

namespace OrleansOperator.Clustering.Kubernetes.Tests;

/// <summary>What an application gets that says <c>UseKubernetesClustering</c>.</summary>
public sealed class KubernetesClusteringExtensionsTests
{
    [Fact]
    public void A_silo_gets_the_table_and_its_own_client_of_the_api_server()
    {
        using var host = Silo(static _ => { });

        Assert.IsType<PatientMembershipTable>(host.Services.GetRequiredService<IMembershipTable>());
        Assert.Equal(new ClusterIdentity("orders", "here"), host.Services.GetRequiredService<ClusterIdentity>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_api_server_configured_by_the_application_stays(bool before)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        if (before)
            builder.Services.AddKubeApi(Elsewhere);
        builder.UseOrleans(static silo => silo.UseKubernetesClustering());
        if (!before)
            builder.Services.AddKubeApi(Elsewhere);
        using var host = builder.Build();

        Assert.Equal("http://elsewhere.example/", host.Services.GetRequiredService<KubeApiClient>().Server.AbsoluteUri);
        Assert.Same(host.Services.GetRequiredService<KubeApiClient>(), host.Services.GetRequiredService<IKubeApi>());

        static void Elsewhere(KubeApiOptions options) => options.Master = "http://elsewhere.example";
    }

    [Fact]
    public void A_client_gets_the_gateways()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKubeApi(static options => options.Master = "http://elsewhere.example");
        builder.UseOrleansClient(static client => client.UseKubernetesClustering()
            .Configure<ClusterOptions>(static options => options.ClusterId = "orders")
            .Configure<GatewayOptions>(static options => options.GatewayListRefreshPeriod = TimeSpan.FromSeconds(7)));
        using var host = builder.Build();

        var gateways = Assert.IsType<KubernetesGatewayListProvider>(host.Services.GetRequiredService<IGatewayListProvider>());
        Assert.Equal(TimeSpan.FromSeconds(7), gateways.MaxStaleness);
    }

    [Fact]
    public void A_silo_and_a_client_are_registered_by_configuration_alone()
    {
        var configuration = new Dictionary<string, string?>
        {
            ["Orleans:Clustering:ProviderType"] = "Kubernetes",
            ["Orleans:Clustering:Namespace"] = "here",
            ["Orleans:Clustering:PodLabelSelector"] = "app=orders",
            ["Orleans:ClusterId"] = "orders",
            ["Orleans:ServiceId"] = "orders",
        };
        using var silo = Build(static builder => builder.UseOrleans());
        using var client = Build(static builder => builder.UseOrleansClient());

        Assert.IsType<PatientMembershipTable>(silo.Services.GetRequiredService<IMembershipTable>());
        Assert.Equal(new ClusterIdentity("orders", "here"), silo.Services.GetRequiredService<ClusterIdentity>());
        Assert.Equal("app=orders", silo.Services.GetRequiredService<IOptions<KubernetesClusteringOptions>>().Value.PodLabelSelector);
        Assert.IsType<KubernetesGatewayListProvider>(client.Services.GetRequiredService<IGatewayListProvider>());

        IHost Build(Action<HostApplicationBuilder> orleans)
        {
            var builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Configuration.AddInMemoryCollection(configuration);
            builder.Services.AddKubeApi(static options => options.Master = "http://elsewhere.example");
            orleans(builder);
            return builder.Build();
        }
    }

    [Fact]
    public void Heartbeats_are_stale_after_a_minute_at_least_whatever_the_application_says_later()
    {
        using var host = Silo(static _ => { }, static options => (options.IAmAliveTablePublishTimeout, options.NumMissedTableIAmAliveLimit) = (TimeSpan.FromSeconds(5), 3));

        var options = host.Services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;

        Assert.InRange(options.IAmAliveTablePublishTimeout * options.NumMissedTableIAmAliveLimit, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
        Assert.False(options.UseLivenessGossip);
    }

    [Theory]
    [InlineData("default")]
    [InlineData("")]
    public void A_cluster_id_that_nobody_has_chosen_is_refused(string clusterId)
    {
        using var host = Silo(static _ => { }, clusterId: clusterId);

        var error = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<ClusterOptions>>().Value);

        Assert.Contains("ClusterOptions.ClusterId", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<string, Action<KubernetesClusteringOptions>> Wrong => new()
    {
        { "KubernetesClustering:Namespace is \"Here\"; it must be the name of a namespace", static options => options.Namespace = "Here" },
        { "KubernetesClustering:PodNamespace is \"-\"; it must be the name of a namespace", static options => options.PodNamespace = "-" },
        { "KubernetesClustering:MaxDeadSilos is \"0\"; it must be from 1 to 500.", static options => options.MaxDeadSilos = 0 },
        { "KubernetesClustering:MaxDeadSilos is \"501\"; it must be from 1 to 500.", static options => options.MaxDeadSilos = 501 },
        { "KubernetesClustering:PodUid is \"u1\"; it must be given together with PodName", static options => (options.PodName, options.PodUid) = (null, "u1") },
    };

    [Theory]
    [MemberData(nameof(Wrong), DisableDiscoveryEnumeration = true)]
    public void A_wrong_option_is_named_with_its_remedy(string message, Action<KubernetesClusteringOptions> configure)
    {
        using var host = Silo(configure);

        var error = Assert.Throws<OptionsValidationException>(() => host.Services.GetRequiredService<IOptions<KubernetesClusteringOptions>>().Value);

        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    private static IHost Silo(
        Action<KubernetesClusteringOptions> configure, Action<ClusterMembershipOptions>? membership = null, string clusterId = "orders")
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddKubeApi(static options => options.Master = "http://elsewhere.example");
        builder.UseOrleans(silo => silo
            .UseKubernetesClustering(options =>
            {
                options.Namespace = "here";
                configure(options);
            })
            .Configure<ClusterOptions>(options => options.ClusterId = clusterId)
            .Configure<ClusterMembershipOptions>(options => membership?.Invoke(options)));
        return builder.Build();
    }
}
