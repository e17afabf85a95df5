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
