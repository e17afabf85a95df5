using OrleansOperator.Grains.Foos;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>How each plan is put into words for whoever looks into a Foo's recent decisions.</summary>
public sealed class FooPlanTextTests
{
    private static readonly FooPlan.Patch Replicas = new(Given.Deployment(replicas: 9), 3, Image: false, AppLabel: false, ControllerLabel: false);

    [Fact]
    public void A_new_Foo() => Says(
        new FooPlan.Create("web", 3), Given.Known(Given.Foo(3)),
        "Create Deployment web with 3 replicas", "The Foo has never been reconciled");

    [Fact]
    public void A_missing_Deployment() => Says(
        new FooPlan.Create("web", null), Given.KnownWithout(Given.ReadyFoo()),
        "Create Deployment web", "There is no Deployment of this name");

    [Fact]
    public void An_unknown_Deployment() => Says(
        new FooPlan.Read("web"), Given.Known(Given.ReadyFoo()),
        "Read Deployment web", "Whether it exists is not known");

    [Fact]
    public void A_Deployment_that_changed() => Says(
        new FooPlan.ReadFoo(Given.Foo().Key), Given.Known(Given.ReadyFoo()),
        "Read the Foo", "A Deployment changed or vanished after the Foo was last seen: there may be a newer version of the Foo, or none");

    [Fact]
    public void A_repair() => Says(
        Replicas, Given.Known(Given.ReadyFoo(3)),
        "Patch Deployment web", "replicas 9 instead of 3");

    [Fact]
    public void A_Deployment_of_an_earlier_name() => Says(
        new FooPlan.Delete(Given.Deployment("old")), Given.Known(Given.ReadyFoo()),
        "Delete Deployment old", "The Foo names web now");

    [Fact]
    public void A_status() => Says(
        new FooPlan.WriteStatus(new FooStatus(2, 1, Given.Ready(Given.Foo(), "False", FooReasons.Progressing, "2 of 3")), null), Given.Known(Given.Foo()),
        "Write status: Ready=False, Progressing, 2 available", "2 of 3");

    [Fact]
    public void An_Event() => Says(
        new FooPlan.Tell(new FooPlan.FooEvent(EventType.Normal, FooReasons.Synced, "Foo synced successfully")), Given.Known(Given.Foo()),
        "Record Event Synced", "Foo synced successfully");

    [Fact]
    public void Nothing_to_do() => Says(
        FooPlan.Nothing, Given.Known(Given.ReadyFoo()),
        "Nothing to do", "The Deployment and the status are as the Foo defines");

    [Fact]
    public void A_Foo_that_is_gone() => Says(
        FooPlan.Nothing, new FooKnowledge(),
        "Nothing to do", "The Foo is gone or being deleted");

    [Fact]
    public void What_cannot_be_done_now()
    {
        var foo = Given.Foo();
        var known = Given.Known(foo.With(0, Given.Ready(foo, "False", FooReasons.ErrResourceExists, "it is another's")));
        const string Why = "ErrResourceExists: it is another's";

        Says(new FooPlan.Retry(), known, "Try again with back-off", Why);
        Says(new FooPlan.Stall(), known, "Wait for a change of the Foo", Why);
        Says(new FooPlan.Wait(Given.Now), known, "Wait until 03:04:05 UTC", Why);
    }

    private static void Says(FooPlan plan, FooKnowledge known, string what, string why) =>
        Assert.Equal((what, why), FooPlanText.Describe(plan, known));
}
