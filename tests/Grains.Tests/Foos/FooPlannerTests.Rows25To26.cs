using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>Rows 25 and 26: what others want of the same Deployment.</summary>
public sealed partial class FooPlannerTests
{
    private const string ContendedMessage = "Deployment web is contended: kubectl-edit keeps changing replicas";

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 10)]
    [InlineData(4, 20)]
    [InlineData(5, 40)]
    [InlineData(30, 3600)]
    public void Row_25_repairs_in_a_row_are_made_at_once_at_first_and_then_after_waits_that_double(int repairs, int seconds)
    {
        var known = Contended(repairs);
        known.Take(Drifted(known, 5));
        Given.Confirm(known);

        Assert.Equal(seconds == 0, Given.Plan(known, StatusFields.All, Given.Now) is Step.Patch);
        if (seconds > 0)
            Assert.IsNotType<Step.Patch>(Given.Plan(known, StatusFields.All, Given.Now.AddSeconds(seconds - 1)));
        Assert.IsType<Step.Patch>(Given.Plan(known, StatusFields.All, Given.Now.AddSeconds(seconds)));
    }

    [Fact]
    public void Row_25_a_contest_is_told_with_the_other_writers_name()
    {
        var known = Contended(3);
        known.Take(Drifted(known, 5));

        var write = Assert.IsType<Step.WriteStatus>(Plan(known));

        Assert.Equal(("False", "Contended", ContendedMessage), (write.Status.Ready.Status, write.Status.Ready.Reason, write.Status.Ready.Message));
        Assert.Equal(new PlannedEvent(EventType.Warning, "Contended", ContendedMessage), write.Event);
        Assert.Equal(new Step.Wait(Given.Now.AddSeconds(10)), PlanAfter(known, write));
    }

    [Fact]
    public void Row_25_between_the_rounds_the_status_stays_as_it_is()
    {
        var known = Contended(3);
        known.Take(Drifted(known, 5));
        PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known)));

        // Repaired again, and nobody has changed it back yet.
        Repair(known, Given.Now.AddSeconds(10));
        Assert.Equal(new Step.Wait(Given.Now.AddSeconds(40)), Given.Plan(known, StatusFields.All, Given.Now.AddSeconds(11)));

        // Changed back again: the same is true.
        known.Take(Drifted(known, 5));
        Assert.Equal(new Step.Wait(Given.Now.AddSeconds(30)), Given.Plan(known, StatusFields.All, Given.Now.AddSeconds(12)));
    }

    [Fact]
    public void Row_25_a_repair_that_holds_for_half_a_minute_ends_the_contest()
    {
        var known = Contended(4);

        Assert.Equal("Contended", Assert.IsType<Step.WriteStatus>(Given.Plan(known, StatusFields.All, Given.Now.AddSeconds(29))).Status.Ready.Reason);
        Assert.IsType<Step.Done>(Given.Plan(known, StatusFields.All, Given.Now.AddSeconds(30)));
    }

    [Fact]
    public void Row_25_how_many_replicas_are_available_is_told_once_a_minute_while_others_change_them()
    {
        var known = Contended(8);
        known.Take(Drifted(known, 5));
        PlanAfter(known, Assert.IsType<Step.WriteStatus>(Plan(known)));
        known.StatusWrittenAt = Given.Now;

        known.Take(Drifted(known, 6) with { AvailableReplicas = 6 });

        Assert.Equal(new Step.Wait(Given.Now.AddMinutes(1)), Given.Plan(known, StatusFields.All, Given.Now.AddSeconds(59)));
        Assert.Equal(6, Assert.IsType<Step.WriteStatus>(Given.Plan(known, StatusFields.All, Given.Now.AddMinutes(1))).Status.AvailableReplicas);
    }

    [Theory]
    [InlineData("the Foo changes")]
    [InlineData("the Deployment is another")]
    [InlineData("the last repair was long ago")]
    public void Row_25_the_repairs_are_counted_anew_when(string what)
    {
        var known = Contended(9);
        var now = Given.Now;
        switch (what)
        {
            case "the Foo changes":
                known.Take(known.Foo!.Edited());
                break;
            case "the Deployment is another":
                known.Take(known.Find("web").Object! with { Uid = "uid of another", ResourceVersion = 70 });
                break;
            default:
                now = known.Contest!.RetryAt.AddMinutes(6);
                break;
        }

        Assert.Equal(1, Contest.Next(known.Contest, known.Foo!, known.Find("web").Object!, now));
    }

    [Fact]
    public void Row_25_after_a_restart_the_status_says_that_it_is_contended()
    {
        var before = Contended(6);
        PlanAfter(before, Assert.IsType<Step.WriteStatus>(Plan(before)));

        Assert.Equal(Contest.Free + 1, Contest.Next(null, before.Foo!, before.Find("web").Object!, Given.Now));
    }

    /// <summary>A Foo whose Deployment was repaired so many times in a row, the last time now.</summary>
    private static ObjectKnowledge Contended(int repairs)
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        for (var i = 0; i < repairs; i++)
            Repair(known, Given.Now);
        return known;
    }

    private static void Repair(ObjectKnowledge known, DateTimeOffset now)
    {
        var repair = Given.Repair(known.Foo!, Drifted(known, 5))!;
        known.Contest = Contest.After(known.Contest, known.Foo!, repair.There, repair, "kubectl-edit", now, TimeSpan.FromHours(1));
        known.TakeAnswer("web", Drifted(known, 1), known.Find("web"), written: true);
    }

    private static DeploymentSnapshot Drifted(ObjectKnowledge known, int replicas)
    {
        var deployment = known.Find("web").Object!;
        return deployment with
        {
            Replicas = replicas,
            UpdatedReplicas = replicas,
            ResourceVersion = deployment.ResourceVersion + 1,
            Generation = deployment.Generation + 1,
            ObservedGeneration = deployment.Generation + 1,
        };
    }
}
