using OrleansOperator.Clustering.Kubernetes.Tests.Support;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

/// <summary>
/// What Orleans expects of a membership table: the scenarios that its own <c>MembershipTableTestsBase</c> names, in fair weather
/// and in foul.
/// </summary>
public sealed class KubernetesMembershipTableTests
{
    public static TheoryData<Weather> AnyWeather => [.. Enum.GetValues<Weather>()];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(AnyWeather))]
    public async Task Gateways_are_the_active_silos_that_have_a_gateway_port(Weather weather)
    {
        await using var membership = await MembershipFixture.StartAsync(weather: weather);
        var (first, second) = (Entries.New(), Entries.New(ip: "fd00::1"));
        foreach (var entry in new[] { first, Entries.New(SiloStatus.Joining), Entries.New(proxyPort: 0), second, Entries.New(SiloStatus.Dead) })
            await membership.InsertAsync(entry);

        await membership.Gateways.InitializeGatewayListProvider();
        var gateways = await MembershipFixture.RetryAsync(() => membership.Gateways.GetGatewaysAsync(Token));

        Assert.Equal(
            [Gateway(first), Gateway(second)],
            gateways.Order(Comparer<Uri>.Create(static (one, other) => string.CompareOrdinal(one.ToString(), other.ToString()))));

        static Uri Gateway(MembershipEntry entry) =>
            SiloAddress.New(entry.SiloAddress.Endpoint.Address, entry.ProxyPort, entry.SiloAddress.Generation).ToGatewayUri();
    }

    [Theory]
    [MemberData(nameof(AnyWeather))]
    public async Task An_empty_table_has_version_zero_and_an_etag(Weather weather)
    {
        await using var membership = await MembershipFixture.StartAsync(weather: weather);

        var table = await membership.ReadAllAsync();

        Assert.Empty(table.Members);
        Assert.Equal(0, table.Version.Version);
        Assert.NotEmpty(table.Version.VersionEtag);
    }

    [Theory]
    [MemberData(nameof(AnyWeather))]
    public async Task A_row_inserted_is_read_as_it_was_written(Weather weather)
    {
        await using var membership = await MembershipFixture.StartAsync(weather: weather);
        var entry = Entries.New().WithSuspects(Entries.New().SiloAddress, Entries.New(ip: "fd00::2").SiloAddress);

        var version = await membership.InsertAsync(entry);

        Assert.Equal(1, version.Version);
        var all = await membership.ReadAllAsync();
        var one = await MembershipFixture.RetryAsync(() => membership.Table.ReadRowAsync(entry.SiloAddress, Token));
        foreach (var table in new[] { all, one })
        {
            Assert.Equal(version, table.Version);
            var (found, etag) = Assert.Single(table.Members);
            Assert.NotEmpty(etag);
            AssertSame(entry, found);
        }
    }

    [Fact]
    public async Task A_row_that_is_not_there_is_read_as_none()
    {
        await using var membership = await MembershipFixture.StartAsync();
        await membership.InsertAsync(Entries.New());

        var table = await membership.Table.ReadRowAsync(Entries.New().SiloAddress, Token);

        Assert.Empty(table.Members);
        Assert.Equal(1, table.Version.Version);
    }

    [Fact]
    public async Task An_insert_with_a_stale_etag_or_of_a_row_that_exists_returns_false_and_changes_nothing()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var entry = Entries.New();
        var empty = (await membership.Table.ReadAllAsync(Token)).Version;
        Assert.True(await membership.Table.InsertRowAsync(entry, empty.Next(), Token));

        Assert.False(await membership.Table.InsertRowAsync(entry, empty.Next(), Token));
        Assert.False(await membership.Table.InsertRowAsync(Entries.New(), empty.Next(), Token));
        var version = (await membership.Table.ReadAllAsync(Token)).Version;
        Assert.False(await membership.Table.InsertRowAsync(entry, version.Next(), Token));

        var table = await membership.Table.ReadAllAsync(Token);
        Assert.Equal(version, table.Version);
        Assert.Equal(1, version.Version);
        Assert.NotEqual(empty.VersionEtag, version.VersionEtag);
        Assert.Single(table.Members);
    }

    [Theory]
    [MemberData(nameof(AnyWeather))]
    public async Task Each_update_raises_the_version_by_one(Weather weather)
    {
        await using var membership = await MembershipFixture.StartAsync(weather: weather);
        var entries = Enumerable.Range(0, 5).Select(static _ => Entries.New(SiloStatus.Joining)).ToList();
        foreach (var entry in entries)
            await membership.InsertAsync(entry);

        foreach (var entry in entries)
        {
            entry.Status = SiloStatus.Active;
            entry.WithSuspects(entries[0].SiloAddress);
            await membership.UpdateAsync(entry.SiloAddress, row => (row.Status, row.SuspectTimes) = (entry.Status, entry.SuspectTimes));
        }

        var table = await membership.ReadAllAsync();
        Assert.Equal(10, table.Version.Version);
        Assert.Equal(5, table.Members.Count);
        foreach (var entry in entries)
            AssertSame(entry, table.TryGet(entry.SiloAddress)!.Item1);
    }

    [Fact]
    public async Task An_update_with_a_stale_etag_or_of_a_row_that_is_missing_returns_false_and_changes_nothing()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var entry = Entries.New();
        var inserted = await membership.InsertAsync(entry);
        var etag = (await membership.Table.ReadAllAsync(Token)).Members[0].Item2;
        Assert.True(await membership.Table.UpdateRowAsync(entry, etag, inserted.Next(), Token));
        var updated = await membership.Table.ReadAllAsync(Token);

        Assert.False(await membership.Table.UpdateRowAsync(entry, updated.Members[0].Item2, inserted.Next(), Token));
        Assert.False(await membership.Table.UpdateRowAsync(entry, etag, updated.Version.Next(), Token));
        Assert.False(await membership.Table.UpdateRowAsync(Entries.New(), etag, updated.Version.Next(), Token));

        var table = await membership.Table.ReadAllAsync(Token);
        Assert.Equal(updated.Version, table.Version);
        Assert.Equal(updated.Members[0].Item2, Assert.Single(table.Members).Item2);
    }

    [Theory]
    [MemberData(nameof(AnyWeather))]
    public async Task Updates_in_parallel_are_all_made_and_none_twice(Weather weather)
    {
        await using var membership = await MembershipFixture.StartAsync(weather: weather);
        var entry = Entries.New();
        await membership.InsertAsync(entry);

        await Task.WhenAll(Enumerable.Range(0, 15).Select(i => Task.Run(
            () => membership.UpdateAsync(entry.SiloAddress, row => row.AddSuspector(SiloAddress.New(System.Net.IPAddress.Loopback, i, 1), DateTime.UtcNow)), Token)));

        var table = await membership.ReadAllAsync();
        var (row, _) = Assert.Single(table.Members);
        Assert.Equal(Enumerable.Range(0, 15), row.SuspectTimes!.Select(static suspect => suspect.Item1.Endpoint.Port).Order());
        Assert.Equal(16, table.Version.Version);
    }

    [Fact]
    public async Task Of_many_silos_that_insert_the_same_row_one_succeeds()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var (entry, version) = (Entries.New(), (await membership.Table.ReadAllAsync(Token)).Version.Next());

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => membership.Table.InsertRowAsync(entry, version, Token), Token)));

        Assert.Single(results, static done => done);
    }

    [Theory]
    [MemberData(nameof(AnyWeather))]
    public async Task A_heartbeat_changes_neither_version_nor_etags(Weather weather)
    {
        await using var membership = await MembershipFixture.StartAsync(weather: weather);
        var entry = Entries.New(ip: "fd00::7");
        await membership.InsertAsync(entry);
        await membership.InsertAsync(Entries.New());
        var before = await membership.ReadAllAsync();

        for (var beat = 1; beat <= 3; beat++)
        {
            var alive = new MembershipEntry { SiloAddress = entry.SiloAddress, IAmAliveTime = entry.IAmAliveTime.AddMinutes(beat) };
            await MembershipFixture.RetryAsync(async () =>
            {
                await membership.Table.UpdateIAmAliveAsync(alive, Token);
                return true;
            });

            var after = await membership.ReadAllAsync();
            var row = await MembershipFixture.RetryAsync(() => membership.Table.ReadRowAsync(entry.SiloAddress, Token));
            Assert.Equal(before.Version, after.Version);
            Assert.Equal(before.TryGet(entry.SiloAddress)!.Item2, after.TryGet(entry.SiloAddress)!.Item2);
            Assert.Equal(alive.IAmAliveTime, after.TryGet(entry.SiloAddress)!.Item1.IAmAliveTime);
            Assert.Equal(alive.IAmAliveTime, row.Members[0].Item1.IAmAliveTime);
        }

        // What was read before the heartbeats is still good for a write.
        var (found, etag) = before.TryGet(entry.SiloAddress)!;
        if (weather == Weather.Fair)
            Assert.True(await membership.Table.UpdateRowAsync(found, etag, before.Version.Next(), Token));
    }

    [Fact]
    public async Task A_heartbeat_is_one_request_and_a_read_of_all_is_two()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var entries = Enumerable.Range(0, 5).Select(static _ => Entries.New()).ToList();
        foreach (var entry in entries)
        {
            await membership.InsertAsync(entry);
            await membership.Table.UpdateIAmAliveAsync(entry, Token);
        }

        var audit = membership.Api.Server.Audit;
        var mark = audit.Mark();
        await membership.Table.UpdateIAmAliveAsync(entries[0], Token);
        Assert.Equal(["patch leases"], Requests());

        mark = audit.Mark();
        await membership.Table.ReadAllAsync(Token);
        Assert.Equal(["get orleansclusters", "list leases"], Requests());

        IEnumerable<string> Requests() => audit.Since(mark).Select(static entry => $"{entry.Verb} {entry.Resource}").Order(StringComparer.Ordinal);
    }

    [Theory]
    [MemberData(nameof(AnyWeather))]
    public async Task A_clean_up_removes_the_dead_that_are_older_than_the_date_and_their_heartbeats(Weather weather)
    {
        await using var membership = await MembershipFixture.StartAsync(weather: weather);
        var old = DateTime.UtcNow.AddDays(-10);
        var statuses = new[] { SiloStatus.Created, SiloStatus.Joining, SiloStatus.Active, SiloStatus.ShuttingDown, SiloStatus.Stopping };
        var kept = statuses.Select(status => Entries.New(status, at: old))
            .Append(Entries.New(SiloStatus.Dead))
            .Append(Entries.New(SiloStatus.Dead, at: old).WithSuspects()).ToList();

        // Long without a sign of life, but declared dead just now.
        kept[^1].AddSuspector(kept[0].SiloAddress, DateTime.UtcNow);
        var gone = Entries.New(SiloStatus.Dead, at: old);
        foreach (var entry in kept.Append(gone))
        {
            await membership.InsertAsync(entry);
            await Heartbeat(entry);
        }

        var version = (await membership.ReadAllAsync()).Version.Version;
        await MembershipFixture.RetryAsync(async () =>
        {
            await membership.Table.CleanupDefunctSiloEntriesAsync(old.AddDays(3), Token);
            return true;
        });

        var table = await membership.ReadAllAsync();
        Assert.Equal(kept.Select(Address).Order(), table.Members.Select(static member => Address(member.Item1)).Order());
        Assert.Equal(version, table.Version.Version);
        if (weather == Weather.Fair)
            Assert.Equal(kept.Select(Address).Order(), (await membership.Api.LeasesAsync()).Select(static lease => lease["spec"]!["holderIdentity"]!.GetValue<string>()).Order());

        static string Address(MembershipEntry entry) => entry.SiloAddress.ToParsableString();

        Task<bool> Heartbeat(MembershipEntry entry) => MembershipFixture.RetryAsync(async () =>
        {
            await membership.Table.UpdateIAmAliveAsync(entry, Token);
            return true;
        });
    }

    [Fact]
    public async Task A_dead_silo_whose_heartbeat_is_newer_than_the_date_stays()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var old = DateTime.UtcNow.AddDays(-10);
        var entry = Entries.New(SiloStatus.Dead, at: old);
        await membership.InsertAsync(entry);
        await membership.Table.UpdateIAmAliveAsync(new MembershipEntry { SiloAddress = entry.SiloAddress, IAmAliveTime = DateTime.UtcNow }, Token);

        await membership.Table.CleanupDefunctSiloEntriesAsync(old.AddDays(3), Token);

        Assert.Single((await membership.Table.ReadAllAsync(Token)).Members);
    }

    [Fact]
    public async Task Deleting_a_table_takes_the_heartbeats_with_it()
    {
        await using var membership = await MembershipFixture.StartAsync();
        var entry = Entries.New();
        await membership.InsertAsync(entry);
        await membership.Table.UpdateIAmAliveAsync(entry, Token);

        await membership.Table.DeleteMembershipTableEntriesAsync(membership.Cluster.ClusterId, Token);
        await membership.Table.DeleteMembershipTableEntriesAsync(membership.Cluster.ClusterId, Token);

        await Eventually.Holds(membership.Api.LeasesAsync, static leases => leases.Count == 0, "the heartbeats are collected");
        await Assert.ThrowsAsync<OrleansException>(() => membership.Table.ReadAllAsync(Token));
        Assert.Empty(await membership.Gateways.GetGatewaysAsync(Token));
    }

    private static void AssertSame(MembershipEntry expected, MembershipEntry actual)
    {
        Assert.Equal(expected.ToFullString(), actual.ToFullString());
        Assert.Equal(expected.StartTime, actual.StartTime);
        Assert.Equal(expected.IAmAliveTime, actual.IAmAliveTime);
        Assert.Equal(expected.SuspectTimes, actual.SuspectTimes);
    }
}
