using OrleansOperator.Clustering.Kubernetes.Evictions;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Evictions;

/// <summary>Which votes of Orleans' are written. A silo that has not joined must have watched for 20 s before it may conclude anything.</summary>
public sealed class EvictionRuleTests
{
    public static TheoryData<string, SiloStatus, bool, double, bool, bool, bool> Table => new()
    {
        { "an active silo votes", SiloStatus.Active, false, 100, false, false, true },
        { "an active silo has just found the API server again, and the other does not answer", SiloStatus.Active, false, 1, false, false, true },
        { "an active silo's vote has waited for the API server, and the other answers", SiloStatus.Active, false, 1, false, true, false },
        { "a silo that joins, among others", SiloStatus.Joining, false, 100, false, false, false },
        { "a silo that has no row yet, among others", SiloStatus.None, false, 100, false, false, false },
        { "a silo that joins where all have long been silent", SiloStatus.Joining, false, 100, true, false, true },
        { "a silo that joins where all seem silent, but has just started", SiloStatus.Joining, false, 19, true, false, false },
        { "a silo that joins, against its predecessor at its own address", SiloStatus.Joining, true, 1, false, false, true },
        { "a silo without a row, against its predecessor", SiloStatus.None, true, 1, false, true, true },
        { "a silo that shuts down", SiloStatus.ShuttingDown, false, 100, false, false, false },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Whether_a_vote_is_written(string because, SiloStatus self, bool isPredecessor, double contact, bool allSilent, bool answers, bool written) =>
        Assert.Equal((because, written), (because, EvictionRule.Refusal(new EvictionFacts
        {
            Self = self,
            IsPredecessor = isPredecessor,
            Contact = TimeSpan.FromSeconds(contact),
            Observation = TimeSpan.FromSeconds(20),
            AllSilent = allSilent,
            AnswersAfterGap = answers,
        }) is null));
}
