using OrleansOperator.Clustering.Kubernetes.Tests.Support;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Pods;

/// <summary>
/// A real silo that watches pods, and rows of silos that there are not: so nothing but the pod watcher can declare them dead,
/// for Orleans' probes are told to wait for hours.
/// </summary>
public sealed class PodWatcherTests : IAsyncLifetime
{
    private const string Ip = "10.9.9.9";

    /// <summary>A second or two is asked for; a busy machine gets some more.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private MembershipFixture _membership = null!;
    private SiloHost _silo = null!;

    private ApiServer Api => _membership.Api;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _membership = await MembershipFixture.StartAsync();
        _silo = await SiloHost.StartAsync(
            Api,
            static membership =>
            {
                membership.ProbeTimeout = membership.TableRefreshTimeout = TimeSpan.FromHours(1);
                membership.EnableConnectionLivenessCheck = false;
            },
            static clustering => (clustering.PodWatch, clustering.PodLabelSelector) = (true, "app=orders"));
    }

    public async ValueTask DisposeAsync()
    {
        Api.Server.Faults.Clear();
        await _silo.DisposeAsync();
        await _membership.DisposeAsync();
    }

    [Fact]
    public async Task The_silo_of_a_deleted_pod_is_dead_at_once()
    {
        var silo = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));

        await Api.DeletePodAsync("silo-0");

        await DiesAsync(silo);
        await Eventually.Holds(() => _silo.Membership.CurrentSnapshot.GetSiloStatus(silo) == SiloStatus.Dead, "the silo knows it", Soon);
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Succeeded")]
    public async Task The_silo_of_a_pod_that_has_ended_is_dead_at_once(string phase)
    {
        var silo = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));

        await Api.SetPhaseAsync("silo-0", phase, Ip);

        await DiesAsync(silo);
    }

    [Fact]
    public async Task The_successor_of_the_same_name_and_address_lives()
    {
        var old = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));
        await Api.DeletePodAsync("silo-0");
        var successor = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));

        await DiesAsync(old);
        await NothingElseDiesAsync(successor);
    }

    [Fact]
    public async Task A_silo_whose_row_names_no_pod_is_known_by_its_address()
    {
        await CreatePodAsync("silo-0");
        var old = await JoinAsync(null, null);
        await NothingElseDiesAsync(old);
        await Api.DeletePodAsync("silo-0");
        await DiesAsync(old);

        await CreatePodAsync("silo-0");
        var successor = await JoinAsync(null, null);
        await NothingElseDiesAsync(successor);
    }

    [Fact]
    public async Task A_deletion_that_the_watch_has_missed_is_found_by_listing_again()
    {
        var silo = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));
        var survivor = await JoinAsync("silo-1", await CreatePodAsync("silo-1"));
        await NothingElseDiesAsync(silo, survivor);

        Api.Server.Faults.StallWatches("pods");
        await Api.DeletePodAsync("silo-0");
        Api.Server.Faults.CompactHistory("pods");
        Api.Server.Faults.CutWatches("pods");
        Api.Server.Faults.ResumeWatches();

        await DiesAsync(silo);
        await NothingElseDiesAsync(survivor);
    }

    [Fact]
    public async Task A_pod_that_the_selector_leaves_out_is_left_alone_and_told_of_once()
    {
        var silo = await JoinAsync("stranger", await Api.CreatePodAsync("stranger", Ip, labels: """{"app":"other"}"""));

        await NothingElseDiesAsync(silo);

        Assert.Equal(1, _silo.Logged("is not selected by PodLabelSelector"));
    }

    [Fact]
    public async Task A_declaration_that_meets_another_write_is_made_again()
    {
        var silo = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));
        var other = await JoinAsync("silo-1", await CreatePodAsync("silo-1"));

        Api.Server.Faults.Fail("update", "orleansclusters/status", 409, count: 1);
        await Api.DeletePodAsync("silo-0");

        // The write that it has met.
        await Eventually.Holds(() => Api.Server.Audit.Entries.Any(static entry => entry is { Resource: "orleansclusters/status", Code: 409 }), "a write was refused");
        await _membership.UpdateAsync(other, static row => row.FaultZone++);
        await DiesAsync(silo);
    }

    [Fact]
    public async Task A_missing_permission_is_told_of_once_without_a_storm_and_heals()
    {
        var silo = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));
        await NothingElseDiesAsync(silo);

        Api.Server.Faults.Fail("list", "pods", 403);
        var mark = Api.Server.Audit.Mark();
        Api.Server.Faults.CutWatches("pods");
        await Eventually.Holds(() => Tries() >= 3, "the list is tried again");
        await Api.DeletePodAsync("silo-0");
        Assert.Equal(1, _silo.Logged("Permission missing: \"list\" on \"pods\" in namespace \"default\""));
        Assert.InRange(Tries(), 3, 6);

        Api.Server.Faults.Clear();
        await DiesAsync(silo);

        int Tries() => Api.Server.Audit.Since(mark).Count(static entry => entry is { Verb: "list", Resource: "pods" });
    }

    [Fact]
    public async Task A_pod_that_cannot_be_asked_for_is_asked_for_again()
    {
        var silo = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));
        Api.Server.Faults.Fail("get", "pods", 503, count: 2);

        await Api.DeletePodAsync("silo-0");

        await DiesAsync(silo);
    }

    [Fact]
    public async Task A_pod_that_may_not_be_asked_for_is_told_of_once_and_heals()
    {
        var silo = await JoinAsync("silo-0", await CreatePodAsync("silo-0"));
        Api.Server.Faults.Fail("get", "pods", 403);

        await Api.DeletePodAsync("silo-0");
        await Eventually.Holds(() => Api.Server.Audit.Entries.Count(static entry => entry is { Verb: "get", Resource: "pods" }) >= 3, "it is tried again");
        Assert.Equal(1, _silo.Logged("Permission missing: \"get\" on \"pods\" in namespace \"default\""));
        Assert.Equal(SiloStatus.Active, (await _membership.ReadAllAsync()).TryGet(silo)!.Item1.Status);

        Api.Server.Faults.Clear();
        await DiesAsync(silo);
    }

    [Fact]
    public async Task A_silo_joins_at_once_when_all_pods_were_replaced()
    {
        await using var membership = await MembershipFixture.StartAsync();
        foreach (var i in Enumerable.Range(0, 3))
        {
            var uid = Guid.NewGuid().ToString();
            var silo = membership.Other(options: new KubernetesClusteringOptions { PodNamespace = ApiServer.Namespace, PodName = $"silo-{i}", PodUid = uid });
            var entry = Entries.New(ip: "127.0.0.9");
            await silo.InsertAsync(entry);
            await membership.Table.UpdateIAmAliveAsync(entry, Token);
        }

        var started = TimeProvider.System.GetTimestamp();
        await using var successor = await SiloHost.StartAsync(
            membership.Api, static options => options.ProbeTimeout = TimeSpan.FromSeconds(2), static clustering => (clustering.PodWatch, clustering.PodLabelSelector) = (true, "app=orders"));

        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        Assert.Equal(["PodGone", "PodGone", "PodGone"], (await membership.Api.ClusterAsync("orders"))["status"]!["silos"]!.AsArray()
            .Select(static row => row!["eviction"]?["cause"]?.GetValue<string>()).Where(static cause => cause is not null));
    }

    private Task<string> CreatePodAsync(string name) => Api.CreatePodAsync(name, Ip, labels: """{"app":"orders"}""");

    /// <summary>A row of an Active silo in a pod.</summary>
    private async Task<SiloAddress> JoinAsync(string? pod, string? uid)
    {
        var entry = Entries.New(ip: Ip, at: DateTime.UtcNow.AddSeconds(1));
        await _membership.Other(options: new KubernetesClusteringOptions { PodNamespace = ApiServer.Namespace, PodName = pod, PodUid = uid }).InsertAsync(entry);
        await Eventually.Holds(() => _silo.Membership.CurrentSnapshot.Members.ContainsKey(entry.SiloAddress), "the silo sees the row");
        return entry.SiloAddress;
    }

    private Task<SiloStatus> DiesAsync(SiloAddress silo) => Eventually.Holds(
        async () => (await _membership.ReadAllAsync()).TryGet(silo)!.Item1.Status, static status => status == SiloStatus.Dead, $"{silo} is Dead", Soon);

    /// <summary>These live, when another whose pod is gone, and whose row comes after theirs, has been found dead.</summary>
    private async Task NothingElseDiesAsync(params SiloAddress[] silos)
    {
        await DiesAsync(await JoinAsync("gone", Guid.NewGuid().ToString()));
        var table = await _membership.Table.ReadAllAsync(Token);
        Assert.All(silos, silo => Assert.Equal(SiloStatus.Active, table.TryGet(silo)!.Item1.Status));
    }
}
