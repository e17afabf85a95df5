using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Foos;

/// <summary>
/// Does for one Foo what the planner says, step by step, and takes in what comes of each. News may come in at every wait: so
/// each answer is taken in as what it is, an answer to a question that was asked earlier.
/// </summary>
internal sealed partial class FooReconciler(
    FooWriter writer, FooStatusSchema schema, IEventRecorder events, TimeProvider clock, ReconcilerOptions options, ILogger logger)
{
    /// <summary>More than any Foo needs in one go; what goes round longer is to take its back-off.</summary>
    private const int MaxSteps = 12;

    private DateTimeOffset? _unknownSince;

    /// <summary>Looks whether there is something to do now: null when there is.</summary>
    public ReconcileOutcome? Look(FooKnowledge known) => EndOf(Plan(known));

    /// <summary>Does what is to be done, until there is no more.</summary>
    /// <exception cref="KubeApiException">A request failed and is to be tried again with back-off.</exception>
    public async Task<ReconcileOutcome> ReconcileAsync(FooKnowledge known, RequestPriority priority, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await DoAllAsync(known, priority, cancellationToken);
            known.Trouble = outcome is null && known.Foo is { } foo ? Trouble.Conflicts(known.Trouble, foo.Uid, foo.DeploymentName, clock.GetUtcNow()) : null;
            return outcome ?? ReconcileOutcome.Failed();
        }
        catch (KubeApiException e) when (known.Foo is { } foo)
        {
            known.Trouble = Trouble.After(known.Trouble, foo.Uid, e, clock.GetUtcNow());
            throw;
        }
    }

    /// <summary>Goes from step to step.</summary>
    /// <returns>How it ended; null when it does not come to an end.</returns>
    private async Task<ReconcileOutcome?> DoAllAsync(FooKnowledge known, RequestPriority priority, CancellationToken cancellationToken)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            var plan = Plan(known);
            if (WaitsForDelivery(plan, known, priority) is { } grace)
                return ReconcileOutcome.Later(grace);
            Note(plan, known);
            if (EndOf(plan) is { } end)
                return end;
            if (plan is FooPlan.Retry)
            {
                // Nobody tells this grain what becomes of another's Deployment: it must look again.
                known.Forget(known.Foo!.DeploymentName);
                known.Ring = null;
                return ReconcileOutcome.Failed();
            }

            if (!await DoAsync(known, plan, priority, cancellationToken))
                return ReconcileOutcome.Stalled;
        }

        return null;
    }

    private static void Note(FooPlan plan, FooKnowledge known)
    {
        if (ReconcileRun.Current is not { } run)
            return;
        var (what, why) = FooPlanText.Describe(plan, known);
        run.Planned(what, why);
    }

    /// <summary>What a plan with nothing to do now means for the next time; null for one with something to do.</summary>
    private ReconcileOutcome? EndOf(FooPlan plan) => plan switch
    {
        FooPlan.Done => ReconcileOutcome.Done,
        FooPlan.Stall => ReconcileOutcome.Stalled,
        FooPlan.Wait wait => ReconcileOutcome.Later(Positive(wait.Until - clock.GetUtcNow())),
        _ => null,
    };

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(1);

    private FooPlan Plan(FooKnowledge known) => FooPlanner.Plan(known, schema.Kept, clock.GetUtcNow());

    /// <summary>
    /// After a list, what was never told is most likely on its way from the feed: no need to ask the API server at once. A Foo
    /// comes after its Deployments, however long their list takes; it is asked for early only when something changes.
    /// </summary>
    private TimeSpan? WaitsForDelivery(FooPlan plan, FooKnowledge known, RequestPriority priority)
    {
        TimeSpan? grace = plan switch
        {
            FooPlan.Read when priority == RequestPriority.Backlog => options.DeliveryGrace,
            FooPlan.ReadFoo when known.Root.Last is null => priority == RequestPriority.Backlog ? options.OwnerGrace : options.DeliveryGrace,
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
    private async Task<bool> DoAsync(FooKnowledge known, FooPlan plan, RequestPriority priority, CancellationToken cancellationToken)
    {
        if (plan is FooPlan.ReadFoo missing)
        {
            await ReadFooAsync(known, missing.Key, priority, cancellationToken);
            return true;
        }

        var foo = known.Foo!;
        switch (plan)
        {
            case FooPlan.Read read:
                await ReadDeploymentAsync(known, new ObjectKey(foo.Key.Namespace, read.Name), priority, cancellationToken);
                return true;
            case FooPlan.FindRing ring:
                known.Ring = new Ring(ring.Blocking.Uid, foo.Generation,
                    await RingSearch.YieldsAsync(writer, foo, known.EarlierNames(foo), ring.Blocking, priority, cancellationToken));
                return true;
            case FooPlan.Create create:
                return await CreateAsync(known, foo, create, priority, cancellationToken);
            case FooPlan.Patch patch:
                return known.RecallResistance(patch, options.ResistanceBase, clock.GetUtcNow())
                    || await PatchAsync(known, foo, patch, priority, cancellationToken);
            case FooPlan.Delete delete:
                await DeleteAsync(known, delete, priority, cancellationToken);
                return true;
            case FooPlan.WriteStatus write:
                return await WriteStatusAsync(known, foo, write, priority, cancellationToken);
            case FooPlan.Tell tell:
                Tell(known, foo, tell.Event);
                return true;
            default:
                throw new InvalidOperationException($"The plan {plan.GetType().Name} is nothing to be done.");
        }
    }

    private async Task<bool> CreateAsync(FooKnowledge known, FooSnapshot foo, FooPlan.Create create, RequestPriority priority, CancellationToken cancellationToken)
    {
        // If this comes to nothing, the Foo may be gone before it is tried again.
        known.Unsettle(create.Name);
        var asked = known.Find(create.Name);
        try
        {
            known.TakeAnswer(create.Name, await writer.CreateAsync(foo, create, priority, cancellationToken), asked, written: true);
            return true;
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            await ReadDeploymentAsync(known, new ObjectKey(foo.Key.Namespace, create.Name), priority, cancellationToken);
            return true;
        }
        catch (KubeApiException e) when (e.IsInvalid)
        {
            known.Refused = new Refusal(foo.Uid, foo.Generation, e.Message);
            return true;
        }
        catch (KubeApiException e) when (e.IsNamespaceTerminating || e.IsNotFound)
        {
            // The namespace is on its way out, and the Foo with it.
            return false;
        }
        catch (KubeApiException e) when (e.IsAmbiguous)
        {
            known.Forget(create.Name);
            throw;
        }
    }

    private async Task<bool> PatchAsync(FooKnowledge known, FooSnapshot foo, FooPlan.Patch patch, RequestPriority priority, CancellationToken cancellationToken)
    {
        var name = patch.Deployment.Key.Name;
        var asked = known.Find(name);
        try
        {
            var manager = await ContenderAsync(known, foo, patch, priority, cancellationToken);
            var answer = await writer.PatchAsync(foo, patch, priority, cancellationToken);
            known.TakeAnswer(name, answer, asked, written: true);
            known.Resisted = FooPlanner.Repair(foo, answer) is null ? null : Resist(known, foo, answer);
            known.Contest = Contest.After(known.Contest, foo, patch, manager, clock.GetUtcNow(), options.ResistanceMax);
            return true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(name, null, asked);
            return true;
        }
        catch (KubeApiException e) when (e.IsInvalid)
        {
            known.Refused = new Refusal(foo.Uid, foo.Generation, e.Message);
            return true;
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAmbiguous)
        {
            await ReadAfterAsync(known, e, patch.Deployment.Key, priority, cancellationToken);
            return true;
        }
    }

    /// <summary>Who set what is about to be put back, when it is put back again and again; null when it does not matter or is not known.</summary>
    private async Task<string?> ContenderAsync(FooKnowledge known, FooSnapshot foo, FooPlan.Patch patch, RequestPriority priority, CancellationToken cancellationToken)
    {
        if (Contest.Next(known.Contest, foo, patch.Deployment, clock.GetUtcNow()) < Contest.Free || known.Contest?.Manager is not null)
            return null;
        var managers = await writer.ReadManagersAsync(patch.Deployment.Key, priority, cancellationToken);
        return managers.Of(patch.FieldPath);
    }

    private async Task DeleteAsync(FooKnowledge known, FooPlan.Delete delete, RequestPriority priority, CancellationToken cancellationToken)
    {
        var name = delete.Deployment.Key.Name;
        var asked = known.Find(name);
        try
        {
            known.TakeAnswer(name, await writer.DeleteAsync(delete.Deployment, priority, cancellationToken), asked, written: true);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(name, null, asked);
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAmbiguous)
        {
            await ReadAfterAsync(known, e, delete.Deployment.Key, priority, cancellationToken);
        }
    }

    private async Task<bool> WriteStatusAsync(FooKnowledge known, FooSnapshot foo, FooPlan.WriteStatus write, RequestPriority priority, CancellationToken cancellationToken)
    {
        var dryRun = schema.IsUnknown;
        var asked = known.Root;
        try
        {
            if (dryRun)
            {
                // What the server would keep decides whether there is anything to write at all.
                schema.Learn(await writer.WriteStatusAsync(foo, write.Status, dryRun: true, priority, cancellationToken));
                return true;
            }

            var answer = await writer.WriteStatusAsync(foo, write.Status, dryRun: false, priority, cancellationToken);
            schema.Learn(answer);
            known.StatusWrittenAt = clock.GetUtcNow();
            if (write.Event is { } told)
                Tell(known, foo, told);
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
            Log.StatusRefused(logger, foo.Key, e.Message);
            known.RefusedStatus = new RefusedStatus(foo.Uid, write.Status);
            if (write.Event is { } told)
                Tell(known, foo, told);
            return true;
        }
        catch (KubeApiException e) when (e.IsAmbiguous && !dryRun && write.Event is not null)
        {
            // It may be written, and then nothing else would tell.
            Tell(known, foo, write.Event);
            throw;
        }
        catch (KubeApiException e) when (e.IsConflict)
        {
            await ReadFooAsync(known, foo.Key, priority, cancellationToken);
            return true;
        }
    }

    private void Tell(FooKnowledge known, FooSnapshot foo, FooPlan.FooEvent told)
    {
        events.Record(
            new ObjectReference(FooResources.Foos.ApiVersion, FooResources.Foos.Kind, foo.Key.Namespace, foo.Key.Name, foo.Uid,
                foo.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            told.Type, told.Reason, told.Message);
        if (told.Reason == FooReasons.Synced)
            known.Synced = new SyncedGeneration(foo.Uid, foo.Generation);
        else
            known.Reported = new ReportedReason(foo.Uid, foo.Generation, told.Reason);
    }

    private Resistance Resist(FooKnowledge known, FooSnapshot foo, DeploymentSnapshot answer)
    {
        var times = known.Resisted is { } before && before.Uid == answer.Uid && before.FooGeneration == foo.Generation ? before.Times + 1 : 1;
        return new Resistance(answer.Uid, answer.Generation, foo.Generation, times,
            clock.GetUtcNow() + Backoff.After(times, options.ResistanceBase, options.ResistanceMax));
    }

    /// <summary>After a write whose outcome is unknown, or that came too late, the object is looked at before anything else.</summary>
    private async Task ReadAfterAsync(FooKnowledge known, KubeApiException cause, ObjectKey deployment, RequestPriority priority, CancellationToken cancellationToken)
    {
        if (cause.IsAmbiguous)
        {
            known.Forget(deployment.Name);
            throw cause;
        }

        await ReadDeploymentAsync(known, deployment, priority, cancellationToken);
    }

    private async Task ReadDeploymentAsync(FooKnowledge known, ObjectKey key, RequestPriority priority, CancellationToken cancellationToken)
    {
        var asked = known.Find(key.Name);
        try
        {
            known.TakeAnswer(key.Name, await writer.ReadDeploymentAsync(key, priority, cancellationToken), asked);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(key.Name, null, asked);
        }
    }

    private async Task ReadFooAsync(FooKnowledge known, ObjectKey key, RequestPriority priority, CancellationToken cancellationToken)
    {
        var (asked, before) = (known.Root, known.Deployments.ToDictionary());
        try
        {
            known.TakeAnswer(await writer.ReadFooAsync(key, priority, cancellationToken), asked);
            known.Confirm(before);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            known.TakeAnswer(null, asked);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The status of Foo {Key} is refused as invalid, and is left as it is until it is to be another one, or for a resync: {Problem}")]
        public static partial void StatusRefused(ILogger logger, ObjectKey key, string problem);
    }
}
