using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Deletes objects: at once, or marked and held by finalizers.</summary>
internal sealed class DeletionService(ObjectStore store, TimeProvider clock)
{
    /// <summary>Namespaces without which there is no cluster.</summary>
    private static readonly string[] ImmortalNamespaces = ["default", "kube-system", "kube-public"];

    private static string? PolicyOf(JsonObject? options) =>
        options.Text("propagationPolicy")
        ?? (options?["orphanDependents"] is null ? null : options.Flag("orphanDependents") ? "Orphan" : "Background");

    /// <summary>Deletes one object.</summary>
    /// <returns>The object when finalizers hold it, null when it is gone; and its uid.</returns>
    /// <exception cref="ApiException">404, or 409 when a precondition does not hold.</exception>
    public (StoredObject? Held, string Uid) Delete(ResourceInfo resource, string? ns, string name, JsonObject? options, bool dryRun)
    {
        var policy = PolicyOf(options);
        if (resource.Plural == "namespaces" && ImmortalNamespaces.Contains(name))
        {
            throw new ApiException(403, "Forbidden", $"namespaces \"{name}\" is forbidden: this namespace may not be deleted",
                new JsonObject { ["name"] = name, ["kind"] = "namespaces" });
        }

        while (true)
        {
            var current = store.Find(resource.StoreName, ns ?? "", name) ?? throw ApiErrors.NotFound(resource, name);
            CheckPreconditions(resource, current, options.Object("preconditions"));
            var obj = current.Parse();
            var metadata = obj["metadata"]!.AsObject();
            var finalizers = new List<string>((metadata.List("finalizers") ?? []).Select(f => f!.GetValue<string>()));
            if (policy == "Foreground" && !finalizers.Contains("foregroundDeletion"))
                finalizers.Add("foregroundDeletion");
            if (policy == "Orphan" && !finalizers.Contains("orphan"))
                finalizers.Add("orphan");
            if (finalizers.Count == 0 && resource.Plural != "namespaces")
            {
                if (dryRun || store.TryDelete(resource.StoreName, current))
                    return (null, current.Uid);
                continue;
            }

            if (metadata["deletionTimestamp"] is not null)
                return (current, current.Uid);
            metadata["deletionTimestamp"] = clock.Timestamp();
            metadata["deletionGracePeriodSeconds"] = 0;
            if (finalizers.Count > 0)
                metadata["finalizers"] = new JsonArray([.. finalizers.Select(f => JsonValue.Create(f))]);
            if (resource.Rules.HasGeneration)
                metadata["generation"] = (metadata.Number("generation") ?? 0) + 1;
            if (resource.Plural == "namespaces")
                obj.Ensure("status")["phase"] = "Terminating";
            if (dryRun)
                return (StoredObject.Freeze(obj, current.Version), current.Uid);
            if (store.TryUpdate(resource.StoreName, current, obj) is { } marked)
                return (marked, marked.Uid);
        }
    }

    private static void CheckPreconditions(ResourceInfo resource, StoredObject current, JsonObject? preconditions)
    {
        if (preconditions.Text("uid") is { } uid && uid != current.Uid)
        {
            throw ApiErrors.Conflict(resource, current.Name,
                $"the UID in the precondition ({uid}) does not match the UID in record ({current.Uid}). The object might have been deleted and then recreated", byKind: true);
        }

        if (preconditions.Text("resourceVersion") is { } version && version != current.Version.ToString(System.Globalization.CultureInfo.InvariantCulture))
        {
            throw ApiErrors.Conflict(resource, current.Name,
                $"the ResourceVersion in the precondition ({version}) does not match the ResourceVersion in record ({current.Version}). The object might have been modified", byKind: true);
        }
    }
}
