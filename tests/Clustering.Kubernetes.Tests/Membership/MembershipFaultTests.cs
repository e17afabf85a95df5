using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Tests.Support;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

/// <summary>What becomes of one write when something goes wrong with it.</summary>
public sealed class MembershipFaultTests
{
    private const string Status = "orleansclusters/status";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_write_whose_answer_is_lost_is_found_to_have_landed()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var (table, faults, entry) = (membership.Table, membership.Api.Server.Faults, Entries.New(SiloStatus.Joining));
        var version = (await table.ReadAllAsync(Token)).Version;

        faults.LoseAnswers("update", Status, count: 1);
        Assert.True(await table.InsertRowAsync(entry, version.Next(), Token));

        var inserted = await table.ReadAllAsync(Token);
        Assert.Equal(1, inserted.Version.Version);
        entry.Status = SiloStatus.Active;
        faults.LoseAnswers("update", Status, count: 1);
        Assert.True(await table.UpdateRowAsync(entry, inserted.Members[0].Item2, inserted.Version.Next(), Token));

        var updated = await table.ReadAllAsync(Token);
        Assert.Equal(2, updated.Version.Version);
        Assert.Equal(SiloStatus.Active, Assert.Single(updated.Members).Item1.Status);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_write_that_fails_and_has_not_landed_throws(int status)
    {
        await using var membership = await MembershipFixture.StartAsync();
        var version = (await membership.Table.ReadAllAsync(Token)).Version;

        membership.Api.Server.Faults.Fail("update", Status, status, count: 1);
        var error = await Assert.ThrowsAsync<KubeApiException>(() => membership.Table.InsertRowAsync(Entries.New(), version.Next(), Token));

        Assert.Equal(status, (int)error.Code!);
        Assert.Empty((await membership.Table.ReadAllAsync(Token)).Members);
    }

    [Fact]
    public async Task A_write_that_meets_another_returns_false()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var version = (await membership.Table.ReadAllAsync(Token)).Version;

        membership.Api.Server.Faults.Fail("update", Status, 409, count: 1);

        Assert.False(await membership.Table.InsertRowAsync(Entries.New(), version.Next(), Token));
    }

    [Fact]
    public async Task A_write_that_is_cancelled_says_so()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var version = (await membership.Table.ReadAllAsync(Token)).Version;
        membership.Api.Server.Faults.Delay("update", Status, TimeSpan.FromMinutes(1), count: 1);
        using var cancelled = new CancellationTokenSource();

        var write = membership.Table.InsertRowAsync(Entries.New(), version.Next(), cancelled.Token);
        await Eventually.Holds(() => membership.Api.Server.Audit.Count("get", "orleansclusters") > 1, "the write has begun");
        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
    }

    [Fact]
    public async Task An_api_server_that_is_away_is_waited_for_at_the_start()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var faults = membership.Api.Server.Faults;
        faults.GoAway();
        await Assert.ThrowsAsync<KubeApiException>(() => membership.Table.ReadAllAsync(Token));

        var initializing = membership.Other("another").Table.InitializeMembershipTableAsync(true, Token);
        Assert.False(initializing.IsCompleted);
        faults.ComeBack();
        await initializing;

        Assert.Equal("another", (await membership.Api.ClusterAsync("another"))["spec"]!["clusterId"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_missing_crd_is_waited_for_and_then_named_in_one_line()
    {
        await using var api = await ApiServer.StartAsync(withCrd: false);
        using var client = KubeApiClient.Connect(api.Server.Url);
        var table = MembershipFixture.TableOf(client, new ClusterIdentity("orders", ApiServer.Namespace), joinsFor: TimeSpan.Zero);

        var error = await Assert.ThrowsAsync<OrleansException>(() => table.InitializeMembershipTableAsync(true, Token));

        Assert.StartsWith("CustomResourceDefinition \"orleansclusters.orleansoperator.io\" is missing: install deploy/crds/orleanscluster.yaml.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_permission_that_is_granted_late_heals_the_start()
    {
        await using var membership = await MembershipFixture.StartAsync();
        membership.Api.Server.Faults.Fail("get", "orleansclusters", 403, count: 3);

        await membership.Table.InitializeMembershipTableAsync(true, Token);
    }

    [Fact]
    public async Task A_permission_that_is_never_granted_is_named_in_one_line()
    {
        await using var membership = await MembershipFixture.StartAsync();
        membership.Api.Server.Faults.Fail("get", "orleansclusters", 403);
        using var client = KubeApiClient.Connect(membership.Api.Server.Url);
        var table = MembershipFixture.TableOf(client, membership.Cluster, joinsFor: TimeSpan.Zero);

        var error = await Assert.ThrowsAsync<OrleansException>(() => table.InitializeMembershipTableAsync(true, Token));

        Assert.StartsWith("Permission missing: \"get\" on \"orleansclusters.orleansoperator.io\" in namespace \"default\"", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_heartbeat_that_cannot_be_removed_does_not_fail_a_clean_up_and_goes_with_the_next()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var entry = Entries.New(SiloStatus.Dead, at: DateTime.UtcNow.AddDays(-1));
        await membership.InsertAsync(entry);
        await membership.Table.UpdateIAmAliveAsync(entry, Token);

        membership.Api.Server.Faults.Fail("delete", "leases", 500, count: 1);
        await membership.Table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.UtcNow, Token);
        Assert.Empty((await membership.Table.ReadAllAsync(Token)).Members);
        Assert.Single(await membership.Api.LeasesAsync());

        await membership.Table.CleanupDefunctSiloEntriesAsync(DateTimeOffset.UtcNow, Token);
        Assert.Empty(await membership.Api.LeasesAsync());
    }
}
