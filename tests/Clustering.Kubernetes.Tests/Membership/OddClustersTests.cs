using OrleansOperator.Clustering.Kubernetes.Tests.Support;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

/// <summary>Cluster ids and addresses of any form, and many silos.</summary>
public sealed class OddClustersTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Orders_EU/2 (test)")]
    [InlineData("..")]
    [InlineData("заказы")]
    [InlineData("a-name-that-is-much-longer-than-any-label-of-a-host-name-may-be-0123456789")]
    public async Task Any_cluster_id_works_and_is_kept_as_it_is(string clusterId)
    {
        await using var membership = await MembershipFixture.StartAsync(clusterId);
        var entry = Entries.New();
        await membership.InsertAsync(entry);
        await membership.Table.UpdateIAmAliveAsync(entry, Token);

        Assert.Single((await membership.Table.ReadAllAsync(Token)).Members);
        Assert.Equal(clusterId, (await membership.Api.ClusterAsync(membership.Cluster.Name))["spec"]!["clusterId"]!.GetValue<string>());
    }

    [Fact]
    public async Task Clusters_in_one_namespace_do_not_see_each_other()
    {
        await using var membership = await MembershipFixture.StartAsync("orders");
        var other = membership.Other("Orders");
        await other.Table.InitializeMembershipTableAsync(true, Token);
        var entry = Entries.New();
        await membership.InsertAsync(entry);
        await membership.Table.UpdateIAmAliveAsync(entry, Token);

        Assert.Empty((await other.Table.ReadAllAsync(Token)).Members);
        await other.Table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.MaxValue, Token);
        Assert.Single(await membership.Api.LeasesAsync());
    }

    [Fact]
    public async Task A_table_of_another_cluster_under_the_same_name_is_refused()
    {
        await using var membership = await MembershipFixture.StartAsync("Orders");
        var intruder = membership.Other(membership.Cluster.Name);

        var error = await Assert.ThrowsAsync<OrleansException>(() => intruder.Table.InitializeMembershipTableAsync(true, Token));

        Assert.Contains("belongs to cluster \"Orders\"", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("::1")]
    [InlineData("fd00:1234:5678:9abc:def0:1234:5678:9abc")]
    [InlineData("::ffff:10.1.2.3")]
    [InlineData("fe80::1%3")]
    public async Task Addresses_of_ip_version_6_work(string ip)
    {
        await using var membership = await MembershipFixture.StartAsync();
        var entry = Entries.New(ip: ip).WithSuspects(Entries.New(ip: ip).SiloAddress);
        await membership.InsertAsync(entry);
        await membership.Table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = entry.SiloAddress, IAmAliveTime = entry.IAmAliveTime.AddMinutes(1) }, Token);

        var found = (await membership.Table.ReadAllAsync(Token)).TryGet(entry.SiloAddress)!.Item1;

        Assert.Equal(entry.IAmAliveTime.AddMinutes(1), found.IAmAliveTime);
        Assert.Equal(entry.SuspectTimes, found.SuspectTimes);
    }

    [Fact]
    public async Task Silos_in_a_crash_loop_do_not_fill_the_table()
    {
        await using var membership = await MembershipFixture.StartAsync(options: new KubernetesClusteringOptions { MaxDeadSilos = 10 });
        var start = DateTime.UtcNow;
        var survivor = Entries.New(at: start);
        await membership.InsertAsync(survivor);
        MembershipEntry? last = null;
        for (var crash = 1; crash <= 40; crash++)
        {
            last = Entries.New(SiloStatus.Joining, at: start.AddSeconds(crash), generation: crash);
            await membership.InsertAsync(last);
            await membership.Table.UpdateIAmAliveAsync(last, Token);
            await membership.UpdateAsync(last.SiloAddress, static row => row.Status = SiloStatus.Dead);
        }

        var table = await membership.ReadAllAsync();
        Assert.Equal(81, table.Version.Version);
        Assert.NotNull(table.TryGet(survivor.SiloAddress));
        Assert.NotNull(table.TryGet(last!.SiloAddress));
        Assert.Equal(Enumerable.Range(30, 11), table.Members.Where(static row => row.Item1.Status == SiloStatus.Dead).Select(static row => row.Item1.SiloAddress.Generation).Order());
        Assert.Equal(11, (await membership.Api.LeasesAsync()).Count);
    }

    [Fact]
    public async Task A_thousand_silos_fit_in_the_object()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var entry = Entries.New(ip: "fd00:1234:5678:9abc:def0:1234:5678:9abc").WithSuspects([.. Enumerable.Range(0, 3).Select(static _ => Entries.New().SiloAddress)]);
        entry.HostName = entry.SiloName = "orders-silo-statefulset-0123456789";
        await membership.InsertAsync(entry);

        var row = (await membership.Api.ClusterAsync(membership.Cluster.Name))["status"]!["silos"]![0]!.ToJsonString();

        // README.md says that a row takes at most 1 KB and that etcd takes 1.5 MB.
        Assert.InRange(row.Length, 1, 1000);
    }
}
