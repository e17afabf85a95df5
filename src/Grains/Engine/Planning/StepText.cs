using System.Globalization;
using OrleansOperator.Grains.Engine.Facts;

namespace OrleansOperator.Grains.Engine.Planning;

/// <summary>Says in words what a step does, and why, for whoever looks into an object's recent decisions.</summary>
internal static class StepText
{
    /// <summary>The step, and the reason for it in what was known when it was made.</summary>
    public static (string What, string Why) Describe(Step step, Plan? plan, ObjectKnowledge known)
    {
        var (obj, kind) = (known.Object, known.Controller.Kind.Name);
        return step switch
        {
            Step.Done when obj is null => ("Nothing to do", $"The {kind} is gone or being deleted"),
            Step.Done => ("Nothing to do", $"The {All(known)} as the {kind} defines"),
            Step.Stall => ($"Wait for a change of the {kind}", Reason(known)),
            Step.Retry => ("Try again with back-off", Reason(known)),
            Step.Wait wait => (Invariant($"Wait until {wait.Until:HH:mm:ss} UTC"), Reason(known)),
            Step.Read read => ($"Read {read.Child}", "Whether it exists is not known"),
            Step.ReadObject when obj is null => ($"Read the {kind}", $"A {Owned(known, " or ")} names it as its owner, and it is not known"),
            Step.ReadObject => ($"Read the {kind}", $"A {Owned(known, " or ")} changed or vanished after the {kind} was last seen: there may be a newer version of the {kind}, or none"),
            Step.FindRing ring => (
                $"Read who owns {ring.Child}, and what it waits for", $"{kind} {ring.Blocking.Controller?.Name} has the name, and may want one that this {kind} still has"),
            Step.Create { Wanted: var wanted } create => (
                $"Create {create.Child}{(wanted.Summarize() is { } summary ? " " + summary : "")}",
                known.Find(create.Child).IsUnknown ? $"The {kind} has never been reconciled" : $"There is no {create.Child.Kind.Name} of this name"),
            Step.Patch patch => ($"Patch {patch.Child}", patch.Difference.Text),
            Step.Delete delete => ($"Delete {delete.Child}", Wanted(plan, delete.Child) is { Length: > 0 } names ? $"The {kind} names {names} now" : $"The {kind} does not want it any more"),
            Step.WriteStatus { Status: var status } => (
                $"Write status: Ready={status.Ready.Status}, {status.Ready.Reason}{(status.Fields is { } fields && known.Controller.Kind.Summarize(fields) is { } summary ? ", " + summary : "")}",
                status.Ready.Message),
            Step.Tell tell => ($"Record Event {tell.Event.Reason}", tell.Event.Message),
            _ => throw new ArgumentOutOfRangeException(nameof(step), step.GetType().Name, "This step has no description."),
        };
    }

    /// <summary>The status says it: it is written before any of these steps.</summary>
    private static string Reason(ObjectKnowledge known) =>
        known.Object is { } obj && DesiredStatus.ReadyOf(obj) is { } ready ? $"{ready.Reason}: {ready.Message}" : "";

    private static string Owned(ObjectKnowledge known, string or) => string.Join(or, known.Controller.Owned.Select(kind => kind.Name));

    private static string All(ObjectKnowledge known) => known.Controller.Owned.Count == 0 ? "status is" : $"{Owned(known, ", the ")} and the status are";

    private static string Wanted(Plan? plan, ChildKey child) =>
        string.Join(", ", (plan?.Wanted ?? []).Where(wanted => wanted.GetType() == child.Kind.Type).Select(wanted => wanted.Key.Name));

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
