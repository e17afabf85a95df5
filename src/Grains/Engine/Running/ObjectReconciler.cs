using System.Globalization;
using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Engine.Running;

/// <summary>
/// Does for one object what the planner says, step by step, and takes in what comes of each. News may come in at every wait: so
/// each answer is taken in as what it is, an answer to a question that was asked earlier.
/// </summary>
internal sealed partial class ObjectReconciler(
    Controller controller, ObjectWriter writer, StatusSchema schema, IEventRecorder events, TimeProvider clock, ReconcilerOptions options, ILogger logger)
{
    /// <summary>More than any object needs for itself and for each that it owns; what goes round longer is to take its back-off.</summary>
    private const int MaxSteps = 12;

    private const int StepsOfEach = 4;

    private readonly RingSearch _rings = new(controller, writer);
    private DateTimeOffset? _unknownSince;

    /// <summary>Looks whether there is something to do now: null when there is.</summary>
    public ReconcileOutcome? Look(ObjectKnowledge known) => EndOf(Next(known, out _));

    /// <summary>Executes steps until the object is as planned.</summary>
    /// <exception cref="KubeApiException">A request failed and is to be tried again with back-off.</exception>
    public async Task<ReconcileOutcome> ReconcileAsync(ObjectKnowledge known, RequestPriority priority, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await DoAllAsync(known, priority, cancellationToken);
            known.Trouble = outcome is null && known.Object is { } obj ? Trouble.Conflicts(known.Trouble, obj.Uid, Written(known, obj), clock.GetUtcNow()) : null;
            return outcome ?? ReconcileOutcome.Failed();
        }
        catch (KubeApiException e) when (known.Object is { } obj)
        {
            known.Trouble = Trouble.After(known.Trouble, obj.Uid, e, clock.GetUtcNow());
            throw;
        }
    }

    /// <summary>Goes from step to step.</summary>
    /// <returns>How it ended; null when it does not come to an end.</returns>
    private async Task<ReconcileOutcome?> DoAllAsync(ObjectKnowledge known, RequestPriority priority, CancellationToken cancellationToken)
    {
        var limit = MaxSteps;
        for (var number = 0; number < limit; number++)
        {
            var step = Next(known, out var plan);
            limit = MaxSteps + (StepsOfEach * Math.Max(0, (plan?.Wanted.Count ?? 0) - 1));
            if (WaitsForDelivery(step, known, priority) is { } grace)
                return ReconcileOutcome.Later(grace);
            Note(step, plan, known);
            if (EndOf(step) is { } end)
                return end;
            if (step is Step.Retry retry)
            {
                // Nobody tells this grain what becomes of others' objects: it must look again.
                foreach (var child in retry.Foreign)
                    known.Forget(child);
                known.ForgetRings();
                return ReconcileOutcome.Failed();
            }

            if (!await DoAsync(known, step, priority, cancellationToken))
                return ReconcileOutcome.Stalled;
        }

        return null;
    }

    private string Written(ObjectKnowledge known, ReconciledSnapshot obj) =>
        string.Join(", ", controller.Reconcile(obj, known).Wanted.Select(wanted => controller.ChildOf(wanted).ToString())) is { Length: > 0 } names
            ? $"{names} or the {controller.Kind.Name}"
            : $"the {controller.Kind.Name}";

    private static void Note(Step step, Plan? plan, ObjectKnowledge known)
    {
        if (ReconcileRun.Current is not { } run)
            return;
        var (what, why) = StepText.Describe(step, plan, known);
        run.Planned(what, why);
    }

    /// <summary>What a step with nothing to do now means for the next time; null for one with something to do.</summary>
    private ReconcileOutcome? EndOf(Step step) => step switch
    {
        Step.Done => ReconcileOutcome.Done,
        Step.Stall => ReconcileOutcome.Stalled,
        Step.Wait wait => ReconcileOutcome.Later(Positive(wait.Until - clock.GetUtcNow())),
        _ => null,
    };

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(1);

    private Step Next(ObjectKnowledge known, out Plan? plan)
    {
        plan = known.Missing is null && known.Object is { } obj ? controller.Reconcile(obj, known) : null;
        return Planner.Next(known, plan, schema.Kept, clock.GetUtcNow());
    }

    /// <summary>
    /// After a list, what was never told is most likely on its way from the feed: no need to ask the API server at once. An owner
    /// comes after what it owns, however long that list takes; it is asked for early only when something changes.
    /// </summary>
    private TimeSpan? WaitsForDelivery(Step step, ObjectKnowledge known, RequestPriority priority)
    {
        TimeSpan? grace = step switch
        {
            Step.Read when priority == RequestPriority.Backlog => options.DeliveryGrace,
            Step.ReadObject when known.Root.Last is null => priority == RequestPriority.Backlog ? options.OwnerGrace : options.DeliveryGrace,
            _ => null,
        };
        if (grace is null)
            return null;
        var now = clock.GetUtcNow();
        _unknownSince ??= now;
        var wait = _unknownSince.Value + grace.Value - now;
        return wait > TimeSpan.Zero ? wait : null;
    }

    /// <summary>Does one step and takes in what comes of it.</summary>
    /// <returns>False when nothing more can be done until something changes.</returns>
    private async Task<bool> DoAsync(ObjectKnowledge known, Step step, RequestPriority priority, CancellationToken cancellationToken)
    {
        if (step is Step.ReadObject missing)
        {
            await ReadObjectAsync(known, missing.Key, priority, cancellationToken);
            return true;
        }

        var obj = known.Object!;
        switch (step)
        {
            case Step.Read read:
                await ReadAsync(known, read.Child, priority, cancellationToken);
                return true;
            case Step.FindRing search:
                known.Remember(new Ring(search.Blocking.Uid, obj.Generation, await _rings.YieldsAsync(obj, search, priority, cancellationToken)));
                return true;
            case Step.Create create:
                return await CreateAsync(known, obj, create, priority, cancellationToken);
            case Step.Patch patch:
                return known.RecallResistance(patch.Child, patch.There, patch.Difference, options.ResistanceBase, clock.GetUtcNow())
                    || await PatchAsync(known, obj, patch, priority, cancellationToken);
            case Step.Delete delete:
                await DeleteAsync(known, delete, priority, cancellationToken);
                return true;
            case Step.WriteStatus write:
                return await WriteStatusAsync(known, obj, write, priority, cancellationToken);
            case Step.Tell tell:
                Tell(known, obj, tell.Event);
                return true;
            default:
                throw new InvalidOperationException($"The step {step.GetType().Name} is nothing to be done.");
        }
    }

    private async Task<bool> CreateAsync(ObjectKnowledge known, ReconciledSnapshot obj, Step.Create create, RequestPriority priority, CancellationToken cancellationToken)
    {
        // If this comes to nothing, the object may be gone before it is tried again.
        known.Unsettle(create.Child);
        var asked = known.Find(create.Child);
        try
        {
            known.TakeAnswer(create.Child, await writer.CreateAsync(controller.Kind, obj, create, priority, cancellationToken), asked, written: true);
            return true;
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            await ReadAsync(known, create.Child, priority, cancellationToken);
            return true;
        }
        catch (KubeApiException e) when (e.IsInvalid)
        {
            known.Refused = new Refusal(obj.Uid, obj.Generation, create.Child.Kind.Name, e.Message);
            return true;
        }
        catch (KubeApiException e) when (e.IsNamespaceTerminating || e.IsNotFound)
        {
            // The namespace is on its way out, and the object with it.
            return false;
        }
        catch (KubeApiException e) when (e.IsAmbiguous)
        {
            known.Forget(create.Child);
            throw;
        }
    }

    private async Task<bool> PatchAsync(ObjectKnowledge known, ReconciledSnapshot obj, Step.Patch patch, RequestPriority priority, CancellationToken cancellationToken)
    {
        var (child, uid) = (patch.Child, patch.There.Uid);
        var asked = known.Find(child);
        try
        {
            var manager = await ContenderAsync(known, obj, patch, priority, cancellationToken);
            var answer = await writer.PatchAsync(patch, priority, cancellationToken);
            known.TakeAnswer(child, answer, asked, written: true);
            if (Differs(known, obj, child, answer))
                known.Remember(Resist(known, obj, answer));
            else
                known.ForgetResistance(answer.Uid);
            known.Remember(Contest.After(known.ContestOf(uid), obj, patch.There, patch.Difference, manager, clock.GetUtcNow(), options.ResistanceMax));
            return true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(child, null, asked);
            return true;
        }
        catch (KubeApiException e) when (e.IsInvalid)
        {
            known.Refused = new Refusal(obj.Uid, obj.Generation, patch.Child.Kind.Name, e.Message);
            return true;
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAmbiguous)
        {
            await ReadAfterAsync(known, e, child, priority, cancellationToken);
            return true;
        }
    }

    /// <summary>Who set what is about to be put back, when it is put back again and again; null when it does not matter or is not known.</summary>
    private async Task<string?> ContenderAsync(ObjectKnowledge known, ReconciledSnapshot obj, Step.Patch patch, RequestPriority priority, CancellationToken cancellationToken)
    {
        var before = known.ContestOf(patch.There.Uid);
        if (Contest.Next(before, obj, patch.There, clock.GetUtcNow()) < Contest.Free || before?.Manager is not null)
            return null;
        var managers = await writer.ReadManagersAsync(patch.Child.Kind, patch.Child.Key, priority, cancellationToken);
        return managers.Of(patch.Difference.FieldPath);
    }

    /// <summary>Whether the answer to a patch still lacks something: admission has changed it.</summary>
    private bool Differs(ObjectKnowledge known, ReconciledSnapshot obj, ChildKey child, ResourceSnapshot answer) =>
        !answer.Deleting
        && controller.Reconcile(obj, known).Wanted.FirstOrDefault(wanted => controller.ChildOf(wanted) == child) is { } wanted
        && child.Kind.Compare(wanted, answer) is not null;

    private async Task DeleteAsync(ObjectKnowledge known, Step.Delete delete, RequestPriority priority, CancellationToken cancellationToken)
    {
        var child = delete.Child;
        var asked = known.Find(child);
        try
        {
            known.TakeAnswer(child, await writer.DeleteAsync(delete, priority, cancellationToken), asked, written: true);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(child, null, asked);
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAmbiguous)
        {
            await ReadAfterAsync(known, e, child, priority, cancellationToken);
        }
    }

    private async Task<bool> WriteStatusAsync(ObjectKnowledge known, ReconciledSnapshot obj, Step.WriteStatus write, RequestPriority priority, CancellationToken cancellationToken)
    {
        var dryRun = schema.IsUnknown;
        var asked = known.Root;
        try
        {
            if (dryRun)
            {
                // What the server would keep decides whether there is anything to write at all.
                schema.Learn(await writer.WriteStatusAsync(controller.Kind, obj, write.Status, dryRun: true, priority, cancellationToken), write.Status);
                return true;
            }

            var answer = await writer.WriteStatusAsync(controller.Kind, obj, write.Status, dryRun: false, priority, cancellationToken);
            schema.Learn(answer, write.Status);
            known.StatusWrittenAt = clock.GetUtcNow();
            if (write.Event is { } told)
                Tell(known, obj, told);
            known.TakeAnswer(answer, asked);
            return true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(null, asked);
            return true;
        }
        catch (KubeApiException e) when (e.IsInvalid)
        {
            // The same status would be refused again. What was to be told is in the Event.
            Log.StatusRefused(logger, controller.Kind.Name, obj.Key, e.Message);
            known.RefusedStatus = new RefusedStatus(obj.Uid, write.Status);
            if (write.Event is { } told)
                Tell(known, obj, told);
            return true;
        }
        catch (KubeApiException e) when (e.IsAmbiguous && !dryRun && write.Event is not null)
        {
            // It may be written, and then nothing else would tell.
            Tell(known, obj, write.Event);
            throw;
        }
        catch (KubeApiException e) when (e.IsConflict)
        {
            await ReadObjectAsync(known, obj.Key, priority, cancellationToken);
            return true;
        }
    }

    private void Tell(ObjectKnowledge known, ReconciledSnapshot obj, PlannedEvent told)
    {
        events.Record(
            new ObjectReference(controller.Kind.ApiVersion, controller.Kind.Name, obj.Key.Namespace, obj.Key.Name, obj.Uid, obj.ResourceVersion.ToString(CultureInfo.InvariantCulture)),
            told.Type, told.Reason, told.Message);
        if (told.Reason == EngineReasons.Synced)
            known.Synced = new SyncedGeneration(obj.Uid, obj.Generation);
        else
            known.Reported = new ReportedReason(obj.Uid, obj.Generation, told.Reason);
    }

    private Resistance Resist(ObjectKnowledge known, ReconciledSnapshot obj, ResourceSnapshot answer)
    {
        var times = known.ResistanceOf(answer.Uid) is { } before && before.OwnerGeneration == obj.Generation ? before.Times + 1 : 1;
        return new Resistance(answer.Uid, answer.Generation, obj.Generation, times,
            clock.GetUtcNow() + Backoff.After(times, options.ResistanceBase, options.ResistanceMax));
    }

    /// <summary>After a write whose outcome is unknown, or that came too late, the object is looked at before anything else.</summary>
    private async Task ReadAfterAsync(ObjectKnowledge known, KubeApiException cause, ChildKey child, RequestPriority priority, CancellationToken cancellationToken)
    {
        if (cause.IsAmbiguous)
        {
            known.Forget(child);
            throw cause;
        }

        await ReadAsync(known, child, priority, cancellationToken);
    }

    private async Task ReadAsync(ObjectKnowledge known, ChildKey child, RequestPriority priority, CancellationToken cancellationToken)
    {
        var asked = known.Find(child);
        try
        {
            known.TakeAnswer(child, await writer.ReadAsync(child.Kind, child.Key, priority, cancellationToken), asked);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(child, null, asked);
        }
    }

    private async Task ReadObjectAsync(ObjectKnowledge known, ObjectKey key, RequestPriority priority, CancellationToken cancellationToken)
    {
        var (asked, before) = (known.Root, known.Children.ToDictionary());
        try
        {
            known.TakeAnswer((ReconciledSnapshot)await writer.ReadAsync(controller.Kind, key, priority, cancellationToken), asked);
            known.Confirm(before);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(null, asked);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The status of {Kind} {Key} is refused as invalid, and is left as it is until it is to be another one, or for a resync: {Problem}")]
        public static partial void StatusRefused(ILogger logger, string kind, ObjectKey key, string problem);
    }
}
