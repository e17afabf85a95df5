using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>What a deletion came to.</summary>
/// <param name="Object">The object, marked or as it was last.</param>
/// <param name="IsGone">Whether it is deleted, or only marked for it.</param>
internal readonly record struct Deletion(StoredObject Object, bool IsGone);

/// <summary>
/// Deletes objects: at once, or marked and held by finalizers or by the time that what runs them gets (apiserver, <c>registry/rest</c>
/// <c>BeforeDelete</c> and the generic store).
/// </summary>
internal sealed class DeletionService(ObjectStore store, TimeProvider clock)
{
    private const string Orphan = "orphan";
    private const string Foreground = "foregroundDeletion";

    /// <summary>Namespaces without which there is no cluster.</summary>
    private static readonly string[] ImmortalNamespaces = ["default", "kube-system", "kube-public"];

    /// <summary>Deletes one object.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="ns">Its namespace, or null.</param>
    /// <param name="name">Its name.</param>
    /// <param name="options">DeleteOptions, or null.</param>
    /// <param name="dryRun">Whether to change nothing.</param>
    /// <exception cref="ApiException">404, or 409 when a precondition does not hold.</exception>
    public Deletion Delete(ResourceInfo resource, string? ns, string name, JsonObject? options, bool dryRun)
    {
        if (resource.StoreName == "namespaces" && ImmortalNamespaces.Contains(name))
        {
            throw new ApiException(403, "Forbidden", $"namespaces \"{name}\" is forbidden: this namespace may not be deleted",
                new JsonObject { ["name"] = name, ["kind"] = "namespaces" });
        }

        while (true)
        {
            var current = store.Find(resource.StoreName, ns ?? "", name) ?? throw ApiErrors.NotFound(resource, name);
            CheckPreconditions(resource, current, options.Object("preconditions"));
            if (Try(resource, current, options, dryRun) is { } deletion)
                return deletion;
        }
    }

    /// <returns>What the deletion came to; null when someone else has changed the object meanwhile.</returns>
    private Deletion? Try(ResourceInfo resource, StoredObject current, JsonObject? options, bool dryRun)
    {
        var obj = current.Parse();
        var metadata = obj["metadata"]!.AsObject();
        if (resource.StoreName == "namespaces" && Terminate(obj, options) is { } changes)
            return changes ? Marked(resource, current, obj, dryRun) : new Deletion(current, IsGone: false);
        var grace = Grace(resource, obj, options);
        if (grace is Period.Pending)
            return new Deletion(current, IsGone: false);
        var finalizers = Finalizers(resource, metadata, options);
        if (finalizers.Count > 0)
        {
            if (grace is not Period.Set)
                Mark(metadata);
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(finalizer => JsonValue.Create(finalizer))]);
            return Marked(resource, current, obj, dryRun);
        }

        metadata.Remove("finalizers");
        if (grace is Period.Set)
        {
            if (Marked(resource, current, obj, dryRun) is not { } marked)
                return null;
            if (metadata.Number("deletionGracePeriodSeconds") > 0)
                return marked;
            current = marked.Object;
        }

        return dryRun || store.TryDelete(resource.StoreName, current) ? new Deletion(current, IsGone: true) : null;
    }

    private Deletion? Marked(ResourceInfo resource, StoredObject current, JsonObject obj, bool dryRun)
    {
        var marked = dryRun ? StoredObject.Freeze(obj, current.Version) : store.TryUpdate(resource.StoreName, current, obj);
        return marked is null ? null : new Deletion(marked, IsGone: false);
    }

    /// <summary>
    /// The first deletion of a namespace only marks it; the later ones do nothing until nothing is left in it, which is when
    /// its <c>spec.finalizers</c> are gone.
    /// </summary>
    /// <returns>Whether it is changed; null when it is an object like any other now.</returns>
    private bool? Terminate(JsonObject ns, JsonObject? options)
    {
        var metadata = ns["metadata"]!.AsObject();
        if (metadata["deletionTimestamp"] is not null)
            return ns["spec"].List("finalizers") is { Count: > 0 } ? false : null;
        metadata["deletionTimestamp"] = clock.Timestamp();
        ns.Ensure("status")["phase"] = "Terminating";
        var policy = PolicyOf(options);
        var finalizers = Texts(metadata).Where(finalizer => policy is null || finalizer is not (Orphan or Foreground)).ToList();
        if (policy is Orphan or Foreground)
            finalizers.Add(policy);
        metadata.Remove("finalizers");
        if (finalizers.Count > 0)
            metadata["finalizers"] = new JsonArray([.. finalizers.Select(finalizer => JsonValue.Create(finalizer))]);
        return true;
    }

    /// <summary>The time until an object goes.</summary>
    private enum Period
    {
        /// <summary>Its kind has none.</summary>
        None,

        /// <summary>It is set now.</summary>
        Set,

        /// <summary>It is running, and not made shorter.</summary>
        Pending,
    }

    /// <summary>Sets the time that what runs the object gets; later on it can only be made shorter.</summary>
    private Period Grace(ResourceInfo resource, JsonObject obj, JsonObject? options)
    {
        var metadata = obj["metadata"]!.AsObject();
        var asked = options.Number("gracePeriodSeconds") is < 0 ? 1 : options.Number("gracePeriodSeconds");
        if (resource.Rules.GracePeriod(obj, asked) is not { } period)
            return Period.None;
        if (metadata.Text("deletionTimestamp") is { } at)
        {
            var running = metadata.Number("deletionGracePeriodSeconds") ?? 0;
            if (running == 0)
                return Period.None;
            if (asked is null || asked >= running)
                return Period.Pending;
            var end = DateTimeOffset.Parse(at, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal).AddSeconds(asked.Value - running);
            metadata["deletionTimestamp"] = Json.Timestamp(end);
            metadata["deletionGracePeriodSeconds"] = asked.Value;
            return Period.Set;
        }

        metadata["deletionTimestamp"] = Json.Timestamp(clock.GetUtcNow().AddSeconds(period));
        metadata["deletionGracePeriodSeconds"] = period;
        CountGeneration(metadata);
        return Period.Set;
    }

    /// <summary>Marks an object that only finalizers hold.</summary>
    private void Mark(JsonObject metadata)
    {
        if (metadata["deletionGracePeriodSeconds"] is null)
            CountGeneration(metadata);
        var now = clock.Timestamp();
        if (metadata.Text("deletionTimestamp") is not { } at || string.CompareOrdinal(at, now) > 0)
            metadata["deletionTimestamp"] = now;
        metadata["deletionGracePeriodSeconds"] = 0;
    }

    private static void CountGeneration(JsonObject metadata)
    {
        if (metadata.Number("generation") is > 0 and var generation)
            metadata["generation"] = generation + 1;
    }

    /// <summary>The finalizers that an object has with those of the garbage collector that this deletion wants.</summary>
    private static List<string> Finalizers(ResourceInfo resource, JsonObject metadata, JsonObject? options)
    {
        var finalizers = Texts(metadata);
        if (!resource.Rules.HasDependents)
            return finalizers;
        var wanted = PolicyOf(options)
            ?? finalizers.Find(finalizer => finalizer is Orphan or Foreground)
            ?? (resource.Rules.OrphansByDefault ? Orphan : "");
        if (finalizers.Contains(wanted) && finalizers.Count(finalizer => finalizer is Orphan or Foreground) == 1)
            return finalizers;
        finalizers.RemoveAll(finalizer => finalizer is Orphan or Foreground);
        if (wanted is Orphan or Foreground)
            finalizers.Add(wanted);
        return finalizers;
    }

    /// <summary>The finalizer that stands for the policy asked for; empty for none, null when nothing is asked.</summary>
    private static string? PolicyOf(JsonObject? options)
    {
        if (options?["orphanDependents"] is not null)
            return options.Flag("orphanDependents") ? Orphan : "";
        return options.Text("propagationPolicy") switch
        {
            null => null,
            "Orphan" => Orphan,
            "Foreground" => Foreground,
            _ => "",
        };
    }

    private static List<string> Texts(JsonObject metadata) => [.. (metadata.List("finalizers") ?? []).Select(finalizer => finalizer!.GetValue<string>())];

    /// <exception cref="ApiException">409: the object is not the one that is to be deleted.</exception>
    public static void CheckPreconditions(ResourceInfo resource, StoredObject current, JsonObject? preconditions)
    {
        if (preconditions.Text("uid") is { } uid && uid != current.Uid)
        {
            throw ApiErrors.Conflict(resource, current.Name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({current.Uid}). The object might have been deleted and then recreated", byKind: true);
        }

        if (preconditions.Text("resourceVersion") is { } version && version != current.Version.ToString(CultureInfo.InvariantCulture))
        {
            throw ApiErrors.Conflict(resource, current.Name,
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({current.Version}). The object might have been modified", byKind: true);
        }
    }
}
