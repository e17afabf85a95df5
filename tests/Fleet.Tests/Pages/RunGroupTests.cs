using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Pages;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Tests.Pages;

/// <summary>Reconciles that came to the same are shown once.</summary>
public sealed class RunGroupTests
{
    [Fact]
    public void What_repeats_is_one_group_that_tells_how_often_and_since_when()
    {
        var groups = RunGroup.Of([Run(3), Run(2), Run(1)]);

        var group = Assert.Single(groups);
        Assert.Equal((3, At(1), At(3)), (group.Count, group.Since, group.Latest.Run.Started));
    }

    [Fact]
    public void What_differs_is_a_group_of_its_own()
    {
        Assert.Equal(2, Count(Run(2), Run(1, plan: "other")));
        Assert.Equal(2, Count(Run(2), Run(1, why: "other")));
        Assert.Equal(2, Count(Run(2), Run(1, code: 500)));
        Assert.Equal(2, Count(Run(2), Run(1, problem: "other")));
        Assert.Equal(2, Count(Run(2), Run(1, silo: "other")));
        Assert.Equal(3, Count(Run(3), Run(2, plan: "other"), Run(1)));
    }

    [Fact]
    public void A_version_in_an_answer_makes_no_difference() => Assert.Equal(1, Count(Run(2, answer: "resourceVersion 5"), Run(1, answer: "resourceVersion 4")));

    private static int Count(params SiloRun[] runs) => RunGroup.Of(runs).Count;

    private static DateTimeOffset At(int second) => new DateTimeOffset(Given.Now).AddSeconds(second);

    private static SiloRun Run(int second, string plan = "Create", string why = "missing", int code = 409, string problem = "conflict", string silo = "silo-0", string answer = "") =>
        new(silo, new RunRecord(
            "thing", new ObjectKey("ns", "name"), At(second), TimeSpan.Zero, [new RunStep(plan, why, [new RunRequest("POST", "/apis", [], code, answer, true, TimeSpan.Zero)])],
            OutcomeKind.Failed, null, problem));
}
