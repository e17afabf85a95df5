using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>How each plan is put into words for whoever looks into a Foo's recent decisions.</summary>
public sealed class FooPlanTextTests
{
    private static readonly Step.Patch Replicas = Given.Patch(Given.Deployment(replicas: 9), 3, Image: false, AppLabel: false, ControllerLabel: false);

    [Fact]
    public void A_new_Foo() => Says(
        Given.Create("web", 3), Given.Known(Given.Foo(3)),
        "Create Deployment web with 3 replicas", "The Foo has never been reconciled");

    [Fact]
    public void A_missing_Deployment() => Says(
        Given.Create("web", null), Given.KnownWithout(Given.ReadyFoo()),
        "Create Deployment web", "There is no Deployment of this name");

    [Fact]
    public void An_unknown_Deployment() => Says(
        Given.Read("web"), Given.Known(Given.ReadyFoo()),
        "Read Deployment web", "Whether it exists is not known");

    [Fact]
    public void A_Deployment_that_changed() => Says(
        new Step.ReadObject(Given.Foo().Key), Given.Known(Given.ReadyFoo()),
        "Read the Foo", "A Deployment changed or vanished after the Foo was last seen: there may be a newer version of the Foo, or none");

    [Fact]
    public void A_repair() => Says(
        Replicas, Given.Known(Given.ReadyFoo(3)),
        "Patch Deployment web", "replicas 9 instead of 3");

    [Fact]
    public void A_Deployment_of_an_earlier_name() => Says(
        Given.Delete(Given.Deployment("old")), Given.Known(Given.ReadyFoo()),
        "Delete Deployment old", "The Foo names web now");

    [Fact]
    public void A_status() => Says(
        new Step.WriteStatus(Given.Status(2, 1, Given.Ready(Given.Foo(), "False", FooReasons.Progressing, "2 of 3")), null), Given.Known(Given.Foo()),
        "Write status: Ready=False, Progressing, 2 available", "2 of 3");

    [Fact]
    public void An_Event() => Says(
        new Step.Tell(new PlannedEvent(EventType.Normal, EngineReasons.Synced, "Foo synced successfully")), Given.Known(Given.Foo()),
        "Record Event Synced", "Foo synced successfully");

    [Fact]
    public void Nothing_to_do() => Says(
        Step.Nothing, Given.Known(Given.ReadyFoo()),
        "Nothing to do", "The Deployment and the status are as the Foo defines");

    [Fact]
    public void A_Foo_that_is_gone() => Says(
        Step.Nothing, Given.Knowledge(),
        "Nothing to do", "The Foo is gone or being deleted");

    [Fact]
    public void What_cannot_be_done_now()
    {
        var foo = Given.Foo();
        var known = Given.Known(foo.With(0, Given.Ready(foo, "False", EngineReasons.ErrResourceExists, "it is another's")));
        const string Why = "ErrResourceExists: it is another's";

        Says(new Step.Retry([]), known, "Try again with back-off", Why);
        Says(new Step.Stall(), known, "Wait for a change of the Foo", Why);
        Says(new Step.Wait(Given.Now), known, "Wait until 03:04:05 UTC", Why);
    }

    private static void Says(Step plan, ObjectKnowledge known, string what, string why) =>
        Assert.Equal((what, why), StepText.Describe(plan, known.Foo is { } foo ? FooController.Instance.Reconcile(foo, known) : null, known));
}
