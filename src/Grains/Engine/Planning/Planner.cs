using System.Collections.Immutable;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Engine.Planning;

/// <summary>
/// Decides what an object needs next: a pure function of what is known and of what its reconciler wants. This is where the behaviour
/// of every controller is specified.
/// </summary>
internal static class Planner
{
    private static readonly TimeSpan StatusPace = TimeSpan.FromMinutes(1);

    /// <summary>Decides.</summary>
    /// <param name="known">What is known.</param>
    /// <param name="plan">What the reconciler wants; null when there is no object to take care of.</param>
    /// <param name="kept">Which status fields the CRD keeps.</param>
    /// <param name="now">The time.</param>
    public static Step Next(ObjectKnowledge known, Plan? plan, StatusFields kept, DateTimeOffset now)
    {
        if (known.Missing is { } missing)
            return new Step.ReadObject(missing);

        // Deleted or being deleted: nothing more is written for it; owner references let the cluster collect what it owned.
        if (known.Object is not { } obj || plan is null)
            return Step.Nothing;

        // What has failed for a while is told before it is tried again.
        var situation = new Situation(known, obj, plan, kept, now);
        var step = situation.Next();
        return step.IsRequest && known.Trouble is { } trouble && trouble.Uid == obj.Uid && trouble.IsDue(now)
            ? situation.Settle(Ready.False(trouble.Reason, trouble.Message), step)
            : step;
    }

    /// <summary>What is said of an object that admission keeps changing.</summary>
    public static string ResistedMessage(ChildKey child, Difference repair) => $"{child} is changed back whenever it is written: {repair.Text}";

    /// <summary>Why something that is wanted cannot be brought about now.</summary>
    /// <param name="Claim">The Ready condition that says so.</param>
    /// <param name="Until">When it can be tried again; null with back-off.</param>
    /// <param name="KeepsFields">Whether the fields of the status are left as they are.</param>
    private sealed record Obstacle(Condition Claim, DateTimeOffset? Until, bool KeepsFields = false);

    private readonly struct Situation(ObjectKnowledge known, ReconciledSnapshot obj, Plan plan, StatusFields kept, DateTimeOffset now)
    {
        /// <summary>Never reconciled before: fixed names make it safe to create without looking.</summary>
        private bool IsNew => obj is { ObservedGeneration: null, HasStatus: false, Conditions.IsEmpty: true };

        public Step Next()
        {
            if (plan.IsStalled)
                return Settle(plan.Readiness!, new Step.Stall(), plan.IsTold);
            if (known.Refused is { } refused && refused.Uid == obj.Uid && refused.Generation == obj.Generation)
                return Settle(Ready.False(refused.Kind + EngineReasons.Invalid, refused.Message), new Step.Stall());

            Obstacle? obstacle = null;
            List<ChildKey>? foreign = null;
            foreach (var wanted in plan.Wanted)
            {
                var child = known.Controller.ChildOf(wanted);
                if (ResourceName.Problem(child.Key.Name) is { } problem)
                    return Settle(Ready.False(EngineReasons.NameInvalid, $"The name of the {child.Kind.Name} {problem}."), new Step.Stall());
                if (Bring(child, wanted, out var hindered) is { } step)
                    return step;
                obstacle = First(obstacle, hindered);
                if (hindered is { Until: null })
                    (foreign ??= []).Add(child);
            }

            if (obstacle is not null)
                return Settle(obstacle.Claim, foreign is not null ? new Step.Retry(foreign) : new Step.Wait(obstacle.Until!.Value), keepsFields: obstacle.KeepsFields);

            // Everything wanted is there: now what is not wanted any more can go.
            foreach (var type in plan.Pruned)
            {
                if (known.Controller.OwnedOf(type) is { } kind && known.Unwanted(obj, plan, kind) is [var unwanted, ..])
                    return Drop(unwanted);
            }

            return Settle(
                plan.Readiness ?? Ready.True(EngineReasons.Reconciled),
                plan.RequeueAfter is { } after ? new Step.Wait(now + after) : Step.Nothing);
        }

        /// <summary>Writes the status if it is not there yet, and then does what is left.</summary>
        public Step Settle(Condition ready, Step then, bool tell = true, bool keepsFields = false)
        {
            var status = new DesiredStatus(keepsFields ? null : plan.WantedStatus, obj.Generation, DesiredStatus.ConditionOf(obj, ready, now), Others());
            if (known.RefusedStatus is { } refused && refused.Uid == obj.Uid && refused.Status.Says(status))
                return then is Step.Done ? new Step.Stall() : then;
            if (!status.IsOf(known.Controller.Kind, obj, kept))
                return new Step.WriteStatus(status, EventOf(status.Ready, then, tell));

            // With an older CRD the status does not show what is told; the Event is due all the same.
            return !kept.IsAll && EventOf(status.Ready, then, tell) is { } due ? new Step.Tell(due) : then;
        }

        /// <summary>The first obstacle is told; the one that can be tried again soonest says when.</summary>
        private static Obstacle? First(Obstacle? first, Obstacle? next) =>
            first is null ? next : next?.Until < first.Until ? first with { Until = next.Until } : first;

        private ImmutableArray<Condition> Others()
        {
            if (plan.Conditions.Count == 0)
                return [];
            var others = ImmutableArray.CreateBuilder<Condition>(plan.Conditions.Count);
            foreach (var condition in plan.Conditions)
                others.Add(DesiredStatus.ConditionOf(obj, condition, now));
            return others.MoveToImmutable();
        }

        /// <summary>Brings about one object that is wanted: null when it is as it should be, or when something hinders it.</summary>
        private Step? Bring(ChildKey child, ResourceSnapshot wanted, out Obstacle? hindered)
        {
            hindered = null;
            var view = known.Find(child);
            if (view.IsUnknown)
                return IsNew ? new Step.Create(child, wanted) : new Step.Read(child);
            if (view.Object is not { } there)
                return view.IsSettled || IsNew ? new Step.Create(child, wanted) : new Step.ReadObject(obj.Key);
            if (there.Controller?.Uid != obj.Uid)
            {
                var untangle = Untangle(child, there);
                if (untangle is null)
                    hindered = new Obstacle(Ready.False(EngineReasons.ErrResourceExists, $"Resource \"{child.Key.Name}\" already exists and is not managed by {known.Controller.Kind.Name}"), null);
                return untangle;
            }

            var repair = there.Deleting ? null : child.Kind.Compare(wanted, there);
            if (known.ContestOf(there.Uid) is { } contest && contest.IsOf(obj, there) && (repair is null ? contest.OverAt : contest.RetryAt) is var next && next > now)
            {
                hindered = Contended(child, contest, next);
                return null;
            }

            if (repair is null)
                return null;
            if (known.ResistanceOf(there.Uid) is { } resisted && resisted.IsOf(obj, there) && resisted.RetryAt > now)
            {
                hindered = new Obstacle(Ready.False(EngineReasons.ChangedByAdmission, ResistedMessage(child, repair)), resisted.RetryAt);
                return null;
            }

            return view.IsSettled ? new Step.Patch(child, there, repair) : new Step.ReadObject(obj.Key);
        }

        /// <summary>
        /// Another object has this name. If it waits in turn for a name that this one still has, be it through others, one of them has to
        /// let go first; null when there is nothing of that kind to do.
        /// </summary>
        private Step? Untangle(ChildKey child, ResourceSnapshot blocking)
        {
            if (known.Controller.OwnerOf(blocking) is not { } owner || owner == obj.Key || !plan.Pruned.Contains(child.Kind.Type)
                || known.Unwanted(obj, plan, child.Kind) is not [_, ..] earlier)
            {
                return null;
            }

            if (known.RingOf(blocking.Uid) is not { } ring || !ring.IsOf(obj, blocking))
                return new Step.FindRing(child, blocking, earlier);
            foreach (var name in earlier)
            {
                if (name.Key.Name == ring.Yields)
                    return Drop(name);
            }

            return null;
        }

        /// <summary>Deletes an object that is not wanted any more, as soon as it is sure that it is to go.</summary>
        private Step Drop(ChildKey child) => known.Find(child) switch
        {
            { Object: not { } } => new Step.Read(child),
            { IsSettled: false } => new Step.ReadObject(obj.Key),
            { Object: var there } => new Step.Delete(child, there),
        };

        /// <summary>
        /// Another writer keeps changing an object: it is told, and the next repair waits. What the status says of the object is part of
        /// the fight, and is told at a walking pace only.
        /// </summary>
        private Obstacle Contended(ChildKey child, Contest contest, DateTimeOffset until)
        {
            var claim = Ready.False(EngineReasons.Contended, contest.Message(child));
            var refresh = known.StatusWrittenAt + StatusPace;
            var waits = refresh > now && obj.HasStatus && plan.WantedStatus is { } status && !known.Controller.Kind.HasStatus(obj, status, kept)
                && DesiredStatus.ReadyOf(obj) is { Reason: EngineReasons.Contended } ready && ready.Message == claim.Message;
            return new Obstacle(claim, waits && refresh < until ? refresh : until, KeepsFields: waits);
        }

        private PlannedEvent? EventOf(Condition ready, Step then, bool tell)
        {
            var isSynced = then is Step.Done || (then is Step.Wait && known.Controller.IsSynced(ready.Reason));
            if (isSynced)
            {
                return known.Synced is { } synced && synced.Uid == obj.Uid && synced.Generation == obj.Generation
                    ? null
                    : new PlannedEvent(EventType.Normal, EngineReasons.Synced, $"{known.Controller.Kind.Name} synced successfully");
            }

            var before = DesiredStatus.ReadyOf(obj);
            var told = kept.Conditions
                ? before?.Reason == ready.Reason && before.Message == ready.Message && before.ObservedGeneration == obj.Generation
                : known.Reported is { } reported && reported.Uid == obj.Uid && reported.Generation == obj.Generation && reported.Reason == ready.Reason;
            return told || !tell ? null : new PlannedEvent(EventType.Warning, ready.Reason, ready.Message);
        }
    }
}
