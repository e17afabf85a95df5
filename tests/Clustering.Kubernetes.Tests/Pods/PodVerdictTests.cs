using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Pods;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Pods;

/// <summary>Which silos are declared dead because of their pods.</summary>
public sealed class PodVerdictTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>A row's pod, what is known of pods, and the verdict: none, seen to have ended, or missing.</summary>
    public static TheoryData<string, SiloStatus, string?, string[], string> Table => new()
    {
        { "its pod runs", SiloStatus.Active, "u1", ["silo-0/u1/Running"], "" },
        { "its pod starts", SiloStatus.Joining, "u1", ["silo-0/u1/Pending"], "" },
        { "its pod's node is out of reach", SiloStatus.Active, "u1", ["silo-0/u1/Unknown"], "" },
        { "its pod has failed", SiloStatus.Active, "u1", ["silo-0/u1/Failed"], "seen" },
        { "its pod has succeeded", SiloStatus.Active, "u1", ["silo-0/u1/Succeeded"], "seen" },
        { "its pod is gone", SiloStatus.Active, "u1", [], "missing" },
        { "its pod is gone and the silo never joined", SiloStatus.Joining, "u1", [], "missing" },
        { "its pod is gone and the silo was shutting down", SiloStatus.ShuttingDown, "u1", [], "missing" },
        { "its pod is gone and its name has a successor", SiloStatus.Active, "u1", ["silo-0/u2/Running"], "missing" },
        { "it is the successor", SiloStatus.Active, "u2", ["silo-0/u2/Running"], "" },
        { "it is the successor, and the failed predecessor is still there", SiloStatus.Active, "u2", ["silo-0/u1/Failed", "silo-0/u2/Running"], "" },
        { "it is Dead already", SiloStatus.Dead, "u1", [], "" },
        { "its pod is not known", SiloStatus.Active, null, ["silo-9/u9/Failed"], "" },
    };

    /// <summary>Where a silo lives whose row does not say: pods by uid, IP, phase and age in seconds when the silo started.</summary>
    public static TheoryData<string, string[], string?> Homes => new()
    {
        { "the pod with its address", ["u1/10.0.0.1/Running/5", "u2/10.0.0.2/Running/5"], "u1" },
        { "a pod with its second address", ["u1/10.0.0.9+10.0.0.1/Running/5"], "u1" },
        { "no pod with its address", ["u2/10.0.0.2/Running/5"], null },
        { "two pods with its address: the host's network", ["u1/10.0.0.1/Running/5", "u2/10.0.0.1/Running/5"], null },
        { "its pod has ended", ["u1/10.0.0.1/Failed/5"], null },
        { "the address was given to another pod", ["u1/10.0.0.1/Failed/5", "u2/10.0.0.1/Running/-1"], null },
        { "the address was taken from another pod", ["u1/10.0.0.1/Failed/500", "u2/10.0.0.1/Running/5"], "u2" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_silo_is_dead_when_its_pod_is_no_more(string because, SiloStatus status, string? home, string[] pods, string verdict)
    {
        var row = Row(status, home is null ? null : new PodReference("default", "silo-0", home));

        var found = PodVerdict.Find([row], pods.Select(Named).ToDictionary(static pod => pod.Metadata.Uid!), new Dictionary<string, PodReference>()).ToList();

        Assert.Equal((because, verdict), (because, found switch
        {
            [] => "",
            [{ Seen: true }] => "seen",
            _ => "missing",
        }));
        Assert.All(found, one => Assert.Equal(row.Silo, one.Silo.ToParsableString()));
    }

    [Theory]
    [MemberData(nameof(Homes))]
    public void The_pod_of_a_silo_is_found_by_its_address(string because, string[] pods, string? home) =>
        Assert.Equal((because, home), (because, PodVerdict.FindHome(Row(SiloStatus.Active, null), pods.Select(Addressed))?.Uid));

    [Fact]
    public void A_silo_whose_pod_was_found_by_address_is_dead_when_that_pod_is_gone_and_its_successor_at_the_address_is_not()
    {
        var (old, successor) = (Row(SiloStatus.Active, null), Row(SiloStatus.Active, null, generation: 2));
        var homes = new Dictionary<string, PodReference>
        {
            [old.Silo] = new("default", "silo-0", "u1"),
            [successor.Silo] = new("default", "silo-0", "u2"),
        };

        var found = PodVerdict.Find([old, successor], new[] { Named("silo-0/u2/Running") }.ToDictionary(static pod => pod.Metadata.Uid!), homes);

        Assert.Equal(old.Silo, Assert.Single(found).Silo.ToParsableString());
    }

    private static SiloRow Row(SiloStatus status, PodReference? pod, int generation = 1) =>
        new() { Silo = $"10.0.0.1:11111@{generation}", Status = status, StartTime = Noon, Pod = pod };

    private static PodObject Named(string text) => text.Split('/') is [var name, var uid, var phase]
        ? new PodObject(new ObjectMeta { Namespace = "default", Name = name, Uid = uid }, new PodStatus(phase, null, null))
        : throw new ArgumentException(text);

    private static PodObject Addressed(string text) => text.Split('/') is [var uid, var ips, var phase, var age]
        ? new PodObject(
            new ObjectMeta { Namespace = "default", Name = "silo-0", Uid = uid, CreationTimestamp = Noon.AddSeconds(-int.Parse(age, System.Globalization.CultureInfo.InvariantCulture)) },
            new PodStatus(phase, ips.Split('+')[0], [.. ips.Split('+').Select(static ip => new PodIP(ip))]))
        : throw new ArgumentException(text);
}
