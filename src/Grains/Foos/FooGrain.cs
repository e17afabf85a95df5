using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Foos;

/// <summary>
/// One Foo. Placed at its home, so that Foos spread over the silos whichever of them runs the feed; kept active while its Foo
/// exists, because a collected grain would lose its back-off and what it was told.
/// </summary>
[KeepAlive]
[HomePlacement]
[GrainType(FooResources.GrainType)]
internal sealed class FooGrain(ReconcilerServices services, FooWriter writer, FooStatusSchema schema, IEventRecorder events)
    : ReconcilerGrain<FooKnowledge>(services), IFooGrain
{
    /// <summary>More than any Foo needs in one go; what goes round longer is to take its back-off.</summary>
    private const int MaxSteps = 12;

    private DateTimeOffset _readAfter;

    /// <inheritdoc/>
    protected override string Controller => "foo";

    /// <inheritdoc/>
    protected override ReconcileOutcome? Look() => EndOf(Plan());

    /// <inheritdoc/>
    protected override async Task<ReconcileOutcome> ReconcileAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        for (var step = 0; step < MaxSteps; step++)
        {
            var plan = Plan();
            if (EndOf(plan) is { } end)
                return end;
            if (plan is FooPlan.Retry)
            {
                // Nobody tells this grain what becomes of another's Deployment: it must look again.
                Knowledge.Forget(Knowledge.Foo!.DeploymentName);
                return ReconcileOutcome.Failed();
            }

            if (plan is FooPlan.Read && priority == RequestPriority.Backlog && WaitsForDelivery() is { } grace)
                return ReconcileOutcome.Later(grace);
            if (!await DoAsync(plan, priority, cancellationToken))
                return ReconcileOutcome.Stalled;
        }

        return ReconcileOutcome.Failed();
    }

    /// <summary>What a plan with nothing to do now means for the next time; null for one with something to do.</summary>
    private ReconcileOutcome? EndOf(FooPlan plan) => plan switch
    {
        FooPlan.Done => ReconcileOutcome.Done,
        FooPlan.Stall => ReconcileOutcome.Stalled,
        FooPlan.Wait wait => ReconcileOutcome.Later(Positive(wait.Until - Clock.GetUtcNow())),
        _ => null,
    };

    private static TimeSpan Positive(TimeSpan time) => time > TimeSpan.Zero ? time : TimeSpan.FromMilliseconds(1);

    private FooPlan Plan() => FooPlanner.Plan(Knowledge, schema.Kept, Clock.GetUtcNow());

    /// <summary>After a list, the Deployment is most likely on its way from the feed: no need to ask the API server at once.</summary>
    private TimeSpan? WaitsForDelivery()
    {
        var now = Clock.GetUtcNow();
        if (_readAfter == default)
            _readAfter = now + Options.DeliveryGrace;
        return _readAfter > now ? _readAfter - now : null;
    }

    /// <summary>Does one step and takes in what comes of it.</summary>
    /// <returns>False when nothing more can be done until something changes.</returns>
    private async Task<bool> DoAsync(FooPlan plan, RequestPriority priority, CancellationToken cancellationToken)
    {
        var foo = Knowledge.Foo!;
        switch (plan)
        {
            case FooPlan.Read read:
                await ReadDeploymentAsync(new ObjectKey(foo.Key.Namespace, read.Name), priority, cancellationToken);
                return true;
            case FooPlan.Create create:
                return await CreateAsync(foo, create, priority, cancellationToken);
            case FooPlan.Patch patch:
                return Knowledge.RecallResistance(patch, Options.ResistanceBase, Clock.GetUtcNow())
                    || await PatchAsync(foo, patch, priority, cancellationToken);
            case FooPlan.Delete delete:
                await DeleteAsync(delete, priority, cancellationToken);
                return true;
            case FooPlan.WriteStatus write:
                return await WriteStatusAsync(foo, write, priority, cancellationToken);
            case FooPlan.Tell tell:
                Tell(foo, tell.Event);
                return true;
            default:
                throw new InvalidOperationException($"The plan {plan.GetType().Name} is nothing to be done.");
        }
    }

    private async Task<bool> CreateAsync(FooSnapshot foo, FooPlan.Create create, RequestPriority priority, CancellationToken cancellationToken)
    {
        try
        {
            Knowledge.Take(await writer.CreateAsync(foo, create, priority, cancellationToken));
            return true;
        }
        catch (KubeApiException e) when (e.IsAlreadyExists)
        {
            await ReadDeploymentAsync(new ObjectKey(foo.Key.Namespace, create.Name), priority, cancellationToken);
            return true;
        }
        catch (KubeApiException e) when (e.IsInvalid)
        {
            Knowledge.Refused = new Refusal(foo.Uid, foo.Generation, e.Message);
            return true;
        }
        catch (KubeApiException e) when (e.IsNamespaceTerminating || e.IsNotFound)
        {
            // The namespace is on its way out, and the Foo with it.
            return false;
        }
        catch (KubeApiException e) when (e.IsAmbiguous)
        {
            Knowledge.Forget(create.Name);
            throw;
        }
    }

    private async Task<bool> PatchAsync(FooSnapshot foo, FooPlan.Patch patch, RequestPriority priority, CancellationToken cancellationToken)
    {
        var name = patch.Deployment.Key.Name;
        try
        {
            var answer = await writer.PatchAsync(foo, patch, priority, cancellationToken);
            Knowledge.Take(answer);
            Knowledge.Resisted = FooPlanner.Repair(foo, answer) is null ? null : Resist(foo, answer);
            return true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            Knowledge.TakeAbsent(name);
            return true;
        }
        catch (KubeApiException e) when (e.IsInvalid)
        {
            Knowledge.Refused = new Refusal(foo.Uid, foo.Generation, e.Message);
            return true;
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAmbiguous)
        {
            await ReadAfterAsync(e, patch.Deployment.Key, priority, cancellationToken);
            return true;
        }
    }

    private async Task DeleteAsync(FooPlan.Delete delete, RequestPriority priority, CancellationToken cancellationToken)
    {
        try
        {
            await writer.DeleteAsync(delete.Deployment, priority, cancellationToken);
            Knowledge.TakeAbsent(delete.Deployment.Key.Name);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            Knowledge.TakeAbsent(delete.Deployment.Key.Name);
        }
        catch (KubeApiException e) when (e.IsConflict || e.IsAmbiguous)
        {
            await ReadAfterAsync(e, delete.Deployment.Key, priority, cancellationToken);
        }
    }

    private async Task<bool> WriteStatusAsync(FooSnapshot foo, FooPlan.WriteStatus write, RequestPriority priority, CancellationToken cancellationToken)
    {
        try
        {
            if (schema.IsUnknown)
            {
                // What the server would keep decides whether there is anything to write at all.
                schema.Learn(await writer.WriteStatusAsync(foo, write.Status, dryRun: true, priority, cancellationToken));
                return true;
            }

            var answer = await writer.WriteStatusAsync(foo, write.Status, dryRun: false, priority, cancellationToken);
            schema.Learn(answer);
            if (write.Event is { } told)
                Tell(foo, told);
            Knowledge.Take(answer);
            return true;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            Knowledge.TakeFooGone();
            return true;
        }
        catch (KubeApiException e) when (e.IsConflict)
        {
            await ReadFooAsync(foo.Key, priority, cancellationToken);
            return true;
        }
    }

    private void Tell(FooSnapshot foo, FooPlan.FooEvent told)
    {
        events.Record(
            new ObjectReference(FooResources.Foos.ApiVersion, FooResources.Foos.Kind, foo.Key.Namespace, foo.Key.Name, foo.Uid,
                foo.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            told.Type, told.Reason, told.Message);
        if (told.Reason == FooReasons.Synced)
            Knowledge.Synced = (foo.Uid, foo.Generation);
        else
            Knowledge.Told = (foo.Uid, foo.Generation, told.Reason);
    }

    private Resistance Resist(FooSnapshot foo, Interfaces.Deployments.DeploymentSnapshot answer)
    {
        var times = Knowledge.Resisted is { } before && before.Uid == answer.Uid && before.FooGeneration == foo.Generation ? before.Times + 1 : 1;
        return new Resistance(answer.Uid, answer.Generation, foo.Generation, times,
            Clock.GetUtcNow() + Backoff.After(times, Options.ResistanceBase, Options.ResistanceMax));
    }

    /// <summary>After a write whose outcome is unknown, or that came too late, the object is looked at before anything else.</summary>
    private async Task ReadAfterAsync(KubeApiException cause, ObjectKey deployment, RequestPriority priority, CancellationToken cancellationToken)
    {
        if (cause.IsAmbiguous)
        {
            Knowledge.Forget(deployment.Name);
            throw cause;
        }

        await ReadDeploymentAsync(deployment, priority, cancellationToken);
    }

    private async Task ReadDeploymentAsync(ObjectKey key, RequestPriority priority, CancellationToken cancellationToken)
    {
        try
        {
            Knowledge.Take(await writer.ReadDeploymentAsync(key, priority, cancellationToken));
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            Knowledge.TakeAbsent(key.Name);
        }
    }

    private async Task ReadFooAsync(ObjectKey key, RequestPriority priority, CancellationToken cancellationToken)
    {
        try
        {
            Knowledge.Take(await writer.ReadFooAsync(key, priority, cancellationToken));
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            Knowledge.TakeFooGone();
        }
    }
}
