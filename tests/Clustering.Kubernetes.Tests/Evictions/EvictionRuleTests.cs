using OrleansOperator.Clustering.Kubernetes.Evictions;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Evictions;

/// <summary>Which votes of Orleans' are written. A silo that has not joined must have watched for 20 s before it may conclude anything.</summary>
public sealed class EvictionRuleTests
{
    /// <summary>The own status, whether the other is the predecessor, seconds of contact, all silent, deniers of active silos.</summary>
    public static TheoryData<string, SiloStatus, bool, double, bool, int, int, bool> Table => new()
    {
        { "one of two does not reach the other", SiloStatus.Active, false, 100, false, 1, 2, true },
        { "two of three do not reach it", SiloStatus.Active, false, 100, false, 2, 3, true },
        { "one of three does not reach it", SiloStatus.Active, false, 100, false, 1, 3, false },
        { "half of four do not reach it", SiloStatus.Active, false, 100, false, 2, 4, true },
        { "two of a hundred do not reach it", SiloStatus.Active, false, 100, false, 2, 100, false },
        { "the vote has waited for the API server, and the other answers", SiloStatus.Active, false, 1, false, 0, 2, false },
        { "a silo that joins, among others", SiloStatus.Joining, false, 100, false, 3, 3, false },
        { "a silo that has no row yet, among others", SiloStatus.None, false, 100, false, 3, 3, false },
        { "a silo that joins where all have long been silent", SiloStatus.Joining, false, 100, true, 0, 0, true },
        { "a silo that joins where all seem silent, but has just started", SiloStatus.Joining, false, 19, true, 0, 0, false },
        { "a silo that joins, against its predecessor at its own address", SiloStatus.Joining, true, 1, false, 0, 0, true },
        { "a silo without a row, against its predecessor", SiloStatus.None, true, 1, false, 0, 0, true },
        { "a silo that shuts down", SiloStatus.ShuttingDown, false, 100, false, 3, 3, false },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Whether_a_death_is_written(
        string because, SiloStatus self, bool isPredecessor, double contact, bool allSilent, int deniers, int active, bool written) =>
        Assert.Equal((because, written), (because, EvictionRule.Refusal(Facts(self, isPredecessor, contact, allSilent, deniers, active)) is null));

    [Fact]
    public void A_vote_of_an_active_silo_is_written_whoever_reaches_the_other() =>
        Assert.Null(EvictionRule.Refusal(Facts(SiloStatus.Active, false, 100, false, 0, 5) with { IsDeath = false }));

    [Theory]
    [InlineData(1, 2, true)]
    [InlineData(2, 3, true)]
    [InlineData(1, 3, false)]
    [InlineData(0, 0, false)]
    public void A_vote_that_half_of_the_active_silos_confirm_is_a_death(int deniers, int active, bool confirmed)
    {
        var vote = Facts(SiloStatus.Active, false, 100, false, deniers, active) with { IsDeath = false };

        Assert.Equal(confirmed, EvictionRule.IsConfirmed(vote));
        Assert.False(EvictionRule.IsConfirmed(vote with { Self = SiloStatus.Joining }));
    }

    private static EvictionFacts Facts(SiloStatus self, bool isPredecessor, double contact, bool allSilent, int deniers, int active) => new()
    {
        Self = self,
        IsPredecessor = isPredecessor,
        IsDeath = true,
        Contact = TimeSpan.FromSeconds(contact),
        Observation = TimeSpan.FromSeconds(20),
        AllSilent = allSilent,
        Deniers = deniers,
        Active = active,
    };
}
