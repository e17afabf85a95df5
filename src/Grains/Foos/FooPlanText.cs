using System.Globalization;

namespace OrleansOperator.Grains.Foos;

/// <summary>Says in words what a plan does, and why, for whoever looks into a Foo's recent decisions.</summary>
internal static class FooPlanText
{
    /// <summary>The plan, and the reason for it in what was known when it was made.</summary>
    public static (string What, string Why) Describe(FooPlan plan, FooKnowledge known)
    {
        var foo = known.Foo;
        return plan switch
        {
            FooPlan.Done when foo is null => ("Nothing to do", "The Foo is gone or being deleted"),
            FooPlan.Done => ("Nothing to do", "The Deployment and the status are as the Foo defines"),
            FooPlan.Stall => ("Wait for a change of the Foo", Reason(known)),
            FooPlan.Retry => ("Try again with back-off", Reason(known)),
            FooPlan.Wait wait => (Invariant($"Wait until {wait.Until:HH:mm:ss} UTC"), Reason(known)),
            FooPlan.Read read => ($"Read Deployment {read.Name}", "Whether it exists is not known"),
            FooPlan.ReadFoo when foo is null => ("Read the Foo", "A Deployment names it as its owner, and it is not known"),
            FooPlan.ReadFoo => ("Read the Foo", "A Deployment changed or vanished after the Foo was last seen: there may be a newer version of the Foo, or none"),
            FooPlan.FindRing ring => (
                $"Read who owns Deployment {ring.Blocking.Key.Name}, and what it waits for", $"Foo {ring.Blocking.Controller?.Name} has the name, and may want one that this Foo still has"),
            FooPlan.Create { Replicas: { } replicas } create => (Invariant($"Create Deployment {create.Name} with {replicas} replica{(replicas == 1 ? "" : "s")}"), Missing(known, create.Name)),
            FooPlan.Create create => ($"Create Deployment {create.Name}", Missing(known, create.Name)),
            FooPlan.Patch patch => ($"Patch Deployment {patch.Deployment.Key.Name}", FooPlanner.Describe(foo!, patch)),
            FooPlan.Delete delete => ($"Delete Deployment {delete.Deployment.Key.Name}", $"The Foo names {foo!.DeploymentName} now"),
            FooPlan.WriteStatus { Status: var status } => (
                Invariant($"Write status: Ready={status.Ready.Status}, {status.Ready.Reason}, {status.AvailableReplicas} available"), status.Ready.Message),
            FooPlan.Tell tell => ($"Record Event {tell.Event.Reason}", tell.Event.Message),
            _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.GetType().Name, "This plan has no description."),
        };
    }

    /// <summary>The status says it: it is written before any of these plans.</summary>
    private static string Reason(FooKnowledge known) =>
        known.Foo is { } foo && FooStatus.ReadyOf(foo) is { } ready ? $"{ready.Reason}: {ready.Message}" : "";

    private static string Missing(FooKnowledge known, string name) =>
        known.Find(name).IsUnknown ? "The Foo has never been reconciled" : "There is no Deployment of this name";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
