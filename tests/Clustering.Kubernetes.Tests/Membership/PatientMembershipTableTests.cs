using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Tests.Support;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

/// <summary>What is waited for until a silo is active, what it says meanwhile, and what becomes of failures later.</summary>
public sealed class PatientMembershipTableTests
{
    private const string Status = "orleansclusters/status";

    private readonly MembershipHealth _health = new(TimeProvider.System, NullLogger<MembershipHealth>.Instance);
    private readonly MembershipEntry _self = Entries.New(SiloStatus.Joining);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("get", "orleansclusters", "Reading the membership table fails: Permission missing: \"get\" on \"orleansclusters.orleansoperator.io\" in namespace \"default\"")]
    [InlineData("create", "orleansclusters", "Reading the membership table fails: Permission missing: \"create\" on \"orleansclusters.orleansoperator.io\" in namespace \"default\"")]
    [InlineData("list", "leases", "Reading the membership table fails: Permission missing: \"list\" on \"leases.coordination.k8s.io\" in namespace \"default\"")]
    [InlineData("update", Status, "Writing the membership table fails: Permission missing: \"update\" on \"orleansclusters.orleansoperator.io/status\" in namespace \"default\"")]
    public async Task A_missing_permission_is_named_and_waited_for(string verb, string resource, string problem)
    {
        await using var api = await ApiServer.StartAsync();
        using var client = KubeApiClient.Connect(api.Server.Url);
        var table = TableOf(client);
        api.Server.Faults.Fail(verb, resource, 403);

        var joining = JoinAsync(table);
        await Eventually.Holds(() => _health.Problems().Any(told => told.StartsWith(problem, StringComparison.Ordinal)), problem);
        Assert.False(joining.IsCompleted);
        api.Server.Faults.Clear();
        await joining;

        Assert.Empty(_health.Problems());
    }

    [Fact]
    public async Task An_api_server_that_is_away_is_named_and_waited_for()
    {
        await using var api = await ApiServer.StartAsync();
        using var client = KubeApiClient.Connect(api.Server.Url);
        api.Server.Faults.GoAway();

        var joining = JoinAsync(TableOf(client));
        await Eventually.Holds(() => _health.Problems().Any(told => told.Contains(api.Server.Url.Authority, StringComparison.Ordinal)), "the server is named");
        Assert.False(joining.IsCompleted);
        api.Server.Faults.ComeBack();
        await joining;

        Assert.Empty(_health.Problems());
    }

    [Fact]
    public async Task A_missing_crd_is_named_and_waited_for()
    {
        await using var api = await ApiServer.StartAsync(withCrd: false);
        using var client = KubeApiClient.Connect(api.Server.Url);

        var joining = JoinAsync(TableOf(client));
        await Eventually.Holds(
            () => _health.Problems().Any(told => told.Contains("CustomResourceDefinition \"orleansclusters.orleansoperator.io\" is missing: install deploy/crds/orleanscluster.yaml.", StringComparison.Ordinal)),
            "the CRD is named");
        await api.Server.ApplyAsync(ApiServer.Crd, Token);

        await joining;
    }

    [Fact]
    public async Task A_wait_ends_when_it_is_cancelled()
    {
        await using var api = await ApiServer.StartAsync();
        using var client = KubeApiClient.Connect(api.Server.Url);
        api.Server.Faults.GoAway();
        using var cancelled = new CancellationTokenSource();

        var reading = TableOf(client).ReadAllAsync(cancelled.Token);
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [Fact]
    public async Task What_does_not_heal_in_the_time_for_joining_is_one_line()
    {
        await using var api = await ApiServer.StartAsync();
        using var client = KubeApiClient.Connect(api.Server.Url);
        api.Server.Faults.Fail("get", "orleansclusters", 403);

        var error = await Assert.ThrowsAsync<OrleansException>(() => TableOf(client, joinsFor: TimeSpan.Zero).InitializeMembershipTableAsync(true, Token));

        Assert.StartsWith("Permission missing: \"get\" on \"orleansclusters.orleansoperator.io\" in namespace \"default\"", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Once_the_silo_is_active_what_fails_is_thrown_and_stays_named_until_it_works()
    {
        await using var api = await ApiServer.StartAsync();
        using var client = KubeApiClient.Connect(api.Server.Url);
        var table = TableOf(client);
        await JoinAsync(table);

        api.Server.Faults.Fail("patch", "leases", 403);
        await Assert.ThrowsAsync<KubeApiException>(() => table.UpdateIAmAliveAsync(_self, Token));
        Assert.StartsWith("Sending a heartbeat fails: Permission missing: \"patch\" on \"leases.coordination.k8s.io\"", Assert.Single(_health.Problems()), StringComparison.Ordinal);
        api.Server.Faults.Clear();
        await table.UpdateIAmAliveAsync(_self, Token);

        Assert.Empty(_health.Problems());
    }

    [Fact]
    public async Task A_silo_that_leaves_before_it_was_active_does_not_wait()
    {
        await using var api = await ApiServer.StartAsync();
        using var client = KubeApiClient.Connect(api.Server.Url);
        var table = TableOf(client);
        await table.InitializeMembershipTableAsync(true, Token);
        var version = (await table.ReadAllAsync(Token)).Version;
        api.Server.Faults.Fail("update", Status, 503);
        _self.Status = SiloStatus.Dead;

        await Assert.ThrowsAsync<KubeApiException>(() => table.InsertRowAsync(_self, version.Next(), Token));
    }

    [Fact]
    public async Task The_old_methods_without_cancellation_do_the_same()
    {
        await using var api = await ApiServer.StartAsync();
        using var client = KubeApiClient.Connect(api.Server.Url);
        IMembershipTable table = TableOf(client);
        var entry = Entries.New(SiloStatus.Dead, at: DateTime.UtcNow.AddDays(-1));

#pragma warning disable CS0618 // They are obsolete, and Orleans' older callers use them.
        await table.InitializeMembershipTable(true);
        Assert.True(await table.InsertRow(entry, (await table.ReadAll()).Version.Next()));
        await table.UpdateIAmAlive(entry);
        var row = await table.ReadRow(entry.SiloAddress);
        Assert.True(await table.UpdateRow(entry, row.Members[0].Item2, row.Version.Next()));
        await table.CleanupDefunctSiloEntries(DateTimeOffset.UtcNow);
        Assert.Empty((await table.ReadAll()).Members);
        await table.DeleteMembershipTableEntries("orders");
#pragma warning restore CS0618
    }

    /// <summary>As Orleans joins.</summary>
    private async Task JoinAsync(PatientMembershipTable table)
    {
        await table.InitializeMembershipTableAsync(true, Token);
        Assert.True(await table.InsertRowAsync(_self, (await table.ReadAllAsync(Token)).Version.Next(), Token));
        var read = await table.ReadAllAsync(Token);
        _self.Status = SiloStatus.Active;
        Assert.True(await table.UpdateRowAsync(_self, Assert.Single(read.Members).Item2, read.Version.Next(), Token));
    }

    private PatientMembershipTable TableOf(IKubeApi api, TimeSpan? joinsFor = null) => MembershipFixture.PatientTableOf(
        api, _health, new Self(_self.SiloAddress), new ClusterMembershipOptions { MaxJoinAttemptTime = joinsFor ?? TimeSpan.FromMinutes(5) });

    private sealed record Self(SiloAddress SiloAddress) : ILocalSiloDetails
    {
        public string Name => "silo";

        public string ClusterId => "orders";

        public string DnsHostName => "host";

        public SiloAddress GatewayAddress => SiloAddress;
    }
}
