using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Fencing;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Fencing;

/// <summary>When a silo that cannot write its heartbeats leaves. The period is five seconds.</summary>
public sealed class FencingRuleTests
{
    private static readonly DateTime Now = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>Seconds since the own success, failed rounds, seconds since the first and the last failure began and since a peer's success.</summary>
    public static TheoryData<string, double, int, double?, double?, double?, string> Table => new()
    {
        { "all is well", 3, 0, null, null, null, "Stay" },
        { "the first heartbeat is late, and nothing has failed", 20, 0, null, null, null, "Stay" },
        { "one has failed within the period", 4, 1, 1, 1, null, "Stay" },
        { "one is overdue", 6, 1, 1, 1, null, "AskPeers" },
        { "nobody can write", 60, 20, 55, 1, null, "AskPeers" },
        { "a peer has written before the first failure only", 20, 5, 15, 1, 16, "AskPeers" },
        { "a peer has written, and no round has failed since: the server may have come back", 20, 5, 15, 4, 2, "AskPeers" },
        { "a peer has written and a round has failed since, but only one round has", 20, 1, 15, 1, 3, "AskPeers" },
        { "a peer has written and rounds have failed, for less than two and a half periods", 12, 3, 8, 1, 3, "AskPeers" },
        { "a peer has written and rounds have failed, for long enough", 12.5, 2, 8, 1, 3, "Leave" },
        { "hung connections: long rounds", 16, 2, 11, 5.5, 8, "Leave" },
    };

    /// <summary>Causes of earlier evictions and their age in seconds; whether the one that asks shows its own secret.</summary>
    public static TheoryData<string, string, double, bool, string?> Requests => new()
    {
        { "nobody was fenced", "", 0, true, null },
        { "another was fenced long ago", EvictionCause.Fenced, 31, true, null },
        { "another was fenced just now", EvictionCause.Fenced, 29, true, "another was fenced less than 30 s ago" },
        { "another was evicted for another cause", EvictionCause.Votes, 1, true, null },
        { "somebody else asks", "", 0, false, "who asks is not that silo" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_silo_leaves_late_rather_than_wrongly(
        string because, double success, int rounds, double? first, double? last, double? peer, string verdict)
    {
        var facts = new FencingFacts(
            TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(success), rounds, Seconds(first), Seconds(last), Seconds(peer));

        Assert.Equal((because, verdict), (because, FencingRule.Decide(facts).ToString()));
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void One_silo_at_a_time_is_fenced_and_only_at_its_own_request(string because, string cause, double age, bool own, string? refusal)
    {
        var key = new FencingKey();
        var table = new OrleansClusterStatus
        {
            Silos =
            [
                new SiloRow { Silo = "10.0.0.1:11111@1", Status = SiloStatus.Active, FencingKeyHash = key.Hash },
                new SiloRow
                {
                    Silo = "10.0.0.2:11111@1", Status = SiloStatus.Dead,
                    Eviction = cause.Length == 0 ? null : new Eviction(cause, "10.0.0.3:11111@1", "", Now.AddSeconds(-age)),
                },
            ],
        };

        Assert.Equal((because, refusal), (because, FencingRule.Refusal(table, "10.0.0.1:11111@1", own ? key.Secret : new FencingKey().Secret, Now)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void A_silo_without_a_key_is_not_fenced(string? secret) => Assert.NotNull(FencingRule.Refusal(
        new OrleansClusterStatus { Silos = [new SiloRow { Silo = "10.0.0.1:11111@1", Status = SiloStatus.Active }] }, "10.0.0.1:11111@1", secret, Now));

    private static TimeSpan? Seconds(double? seconds) => seconds is { } known ? TimeSpan.FromSeconds(known) : null;
}
