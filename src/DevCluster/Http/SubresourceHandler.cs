using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.BuiltIns.Validation;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Http;

/// <summary>
/// Answers what Pods, Namespaces and ServiceAccounts have paths of their own for: a pod is bound to a node, evicted, resized, given containers to debug it;
/// a namespace is let go, a service account gets a token.
/// </summary>
internal sealed class SubresourceHandler(ObjectService objects, DeletionService deletions, TokenRequestHandler tokens, ObjectReply reply)
{
    private static readonly ResourceInfo Bindings = KindOf("", "v1", "Binding", "core/Binding");
    private static readonly ResourceInfo Evictions = KindOf("policy", "v1", "Eviction", "policy/Eviction");

    public Task HandleAsync(ApiRequest request) => (request.Subresource, request.Verb) switch
    {
        ("binding", "create") => BindAsync(request),
        ("eviction", "create") => EvictAsync(request),
        ("token", "create") => tokens.RequestAsync(request),
        ("finalize", "update") => FinalizeAsync(request),
        ("ephemeralcontainers" or "resize", "get") => reply.SendAsync(request, 200, objects.Get(request.Resource, request.Namespace, request.Name!)),
        ("ephemeralcontainers", "update" or "patch") => ChangeAsync(request, Debugged),
        ("resize", "update" or "patch") => ChangeAsync(request, Resized),
        _ => throw ApiErrors.MethodNotAllowed(),
    };

    private async Task BindAsync(ApiRequest request)
    {
        var (binding, options) = (await ReadAsync(request, Bindings), request.WriteOptions());
        if (binding["metadata"].Text("name") is { Length: > 0 } name && name != request.Name)
            throw ApiErrors.BadRequest("name in URL does not match name in Binding object");
        var node = binding["target"].Text("name") ?? "";
        if (node.Length == 0)
            throw new ApiException(500, "InternalError", "Internal error occurred: target.name: Required value");
        await objects.UpdateAsync(request.Resource, request.Namespace, request.Name!, "binding", pod =>
        {
            var why = pod["metadata"]!["deletionTimestamp"] is not null ? $"pod {request.Name} is being deleted, cannot be assigned to a host"
                : pod["spec"].Text("nodeName") is { Length: > 0 } other ? $"pod {request.Name} is already assigned to node \"{other}\""
                : pod["spec"].List("schedulingGates") is { Count: > 0 } ? $"pod {request.Name} has non-empty .spec.schedulingGates"
                : null;
            if (why is not null)
                throw new ApiException(409, "Conflict", $"Operation cannot be fulfilled on pods/binding \"{request.Name}\": {why}", new JsonObject { ["name"] = request.Name, ["kind"] = "pods/binding" });
            pod["spec"]!["nodeName"] = node;
            var status = pod.Ensure("status");
            var conditions = (status.List("conditions") ?? []).Where(condition => condition.Text("type") != "PodScheduled").Select(condition => condition!.DeepClone()).ToList();
            conditions.Add(new JsonObject { ["type"] = "PodScheduled", ["status"] = "True", ["lastProbeTime"] = null, ["lastTransitionTime"] = reply.Clock.Timestamp() });
            status["conditions"] = new JsonArray([.. conditions]);
            return pod;
        }, options);
        await SucceedAsync(request);
    }

    private async Task EvictAsync(ApiRequest request)
    {
        var eviction = await ReadAsync(request, Evictions);
        var pod = objects.Get(request.Resource, request.Namespace, request.Name!).Parse();
        var isRunning = pod["status"].Text("phase") is not ("Succeeded" or "Failed" or "Pending") && pod["metadata"]!["deletionTimestamp"] is null;
        if (isRunning)
            CheckBudgets(pod);
        deletions.Delete(request.Resource, request.Namespace, request.Name!, eviction.Object("deleteOptions"), request.DryRun);
        await SucceedAsync(request);
    }

    /// <exception cref="ApiException">429: a budget does not allow it.</exception>
    private void CheckBudgets(JsonObject pod)
    {
        var (ns, labels) = (pod["metadata"].Text("namespace"), pod["metadata"].Object("labels"));
        foreach (var budget in objects.Store.List("poddisruptionbudgets.policy").Objects.Where(budget => budget.Namespace == ns).Select(budget => budget.Parse()))
        {
            if (budget.Dig("spec", "selector") is not JsonObject selector || !WorkloadChecks.Selects(selector, labels))
                continue;
            var (status, name) = (budget["status"], budget["metadata"].Text("name"));
            if ((status.Number("disruptionsAllowed") ?? 0) > 0)
                continue;
            throw new ApiException(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject
                {
                    ["reason"] = "DisruptionBudget",
                    ["message"] = $"The disruption budget {name} needs {status.Number("desiredHealthy") ?? 0} healthy pods and has {status.Number("currentHealthy") ?? 0} currently",
                }),
            });
        }
    }

    private async Task FinalizeAsync(ApiRequest request)
    {
        RequestOptions.CheckUpdate(request);
        var (ns, options) = (await ReadAsync(request, request.Resource), request.WriteOptions());
        var owners = objects.OwnersOf(request.Resource, "finalize");
        var changed = await objects.UpdateAsync(request.Resource, null, request.Name!, "finalize", current =>
        {
            var obj = ns.Clone();
            obj["status"] = current["status"]?.DeepClone();
            owners.Update(current, obj, options.FieldManager);
            return obj;
        }, options);
        await reply.SendAsync(request, 200, changed);
    }

    /// <summary>A replacement of or a patch to a whole pod, of which only a part is taken.</summary>
    private async Task ChangeAsync(ApiRequest request, Func<JsonObject, JsonObject, JsonObject> take)
    {
        var (resource, options) = (request.Resource, request.WriteOptions());
        var owners = objects.OwnersOf(resource, request.Subresource);
        Func<JsonObject, JsonObject> change;
        if (request.Verb == "patch")
        {
            var type = PatchHandler.TypeOf(request);
            var body = await BodyReader.ReadAsync(request.Http);
            RequestOptions.CheckPatch(request, type == PatchHandler.Apply);
            if (type == PatchHandler.Apply)
            {
                var applied = PatchHandler.ReadApplied(body, options, request.Duplicates);
                change = current => take(current, ObjectDecoding.Decoded(resource, owners.Apply(current, applied, options.FieldManager, request.Flag("force")), []));
            }
            else
            {
                var patch = PatchHandler.Read(body, type, request.Duplicates);
                change = current => Owned(current, PatchHandler.Patched(resource, current.Clone(), patch, type, options));
            }
        }
        else
        {
            RequestOptions.CheckUpdate(request);
            var sent = await ReadAsync(request, resource);
            change = current => Owned(current, sent.Clone());
        }

        await reply.SendAsync(request, 200, await objects.UpdateAsync(resource, request.Namespace, request.Name!, request.Subresource, change, options));

        JsonObject Owned(JsonObject current, JsonObject obj)
        {
            var taken = take(current, obj);
            owners.Update(current, taken, options.FieldManager);
            return taken;
        }
    }

    /// <summary>Containers for debugging may be added, and stay as they are.</summary>
    private static JsonObject Debugged(JsonObject current, JsonObject sent)
    {
        var obj = Part(current, sent);
        var containers = sent["spec"].List("ephemeralContainers") ?? [];
        obj["spec"]!["ephemeralContainers"] = containers.DeepClone();
        var errors = new List<FieldError>();
        foreach (var old in current["spec"].List("ephemeralContainers") ?? [])
        {
            var same = containers.FirstOrDefault(container => container.Text("name") == old.Text("name"));
            if (same is null || !JsonNode.DeepEquals(same, old))
                errors.Add(FieldError.Forbidden("spec.ephemeralContainers", $"existing ephemeral containers \"{old.Text("name")}\" may not be {(same is null ? "removed" : "changed")}"));
        }

        var all = new List<FieldError>();
        GoValidation.Validate(GoTypes.Of("core/Pod"), obj, obj, all);
        errors.AddRange(all.Where(error => error.Field.StartsWith("spec.ephemeralContainers[", StringComparison.Ordinal)));
        return errors.Count == 0 ? obj : throw ApiErrors.Invalid("Pod", "", current["metadata"].Text("name")!, errors);
    }

    /// <summary>What containers ask for may change, and nothing else, and not so that the pod is of another class then.</summary>
    private static JsonObject Resized(JsonObject current, JsonObject sent)
    {
        var obj = Part(current, sent);
        foreach (var list in new[] { "containers", "initContainers" })
        {
            foreach (var container in (obj["spec"].List(list) ?? []).OfType<JsonObject>())
            {
                var wanted = (sent["spec"].List(list) ?? []).FirstOrDefault(other => other.Text("name") == container.Text("name"));
                foreach (var field in new[] { "resources", "resizePolicy" })
                {
                    if (wanted?[field] is { } value)
                        container[field] = value.DeepClone();
                }
            }
        }

        var errors = new List<FieldError>();
        if (PodStrategy.QosClass(obj["spec"]!.AsObject()) != PodStrategy.QosClass(current["spec"]!.AsObject()))
            errors.Add(FieldError.Invalid("spec", "\"\"", "Pod QOS Class may not change as a result of resizing"));
        var rest = sent["spec"]!.Clone();
        foreach (var (container, own) in (rest.List("containers") ?? []).Zip(obj["spec"].List("containers") ?? []))
            container!["resources"] = own!["resources"]?.DeepClone();
        if ((rest.List("containers") ?? []).Count != (obj["spec"].List("containers") ?? []).Count || !JsonNode.DeepEquals(rest["containers"], obj["spec"]!["containers"]))
            errors.Add(FieldError.Forbidden("spec", "only cpu and memory resources are mutable"));
        return errors.Count == 0 ? obj : throw ApiErrors.Invalid("Pod", "", current["metadata"].Text("name")!, errors);
    }

    /// <summary>The pod as it is, under the version and with the owners of what was sent.</summary>
    private static JsonObject Part(JsonObject current, JsonObject sent)
    {
        var obj = current.Clone();
        foreach (var field in new[] { "resourceVersion", "managedFields", "uid" })
        {
            if (sent["metadata"]?[field] is { } value)
                obj["metadata"]![field] = value.DeepClone();
        }

        return obj;
    }

    private static async Task<JsonObject> ReadAsync(ApiRequest request, ResourceInfo kind)
    {
        var sent = BodyReader.ParseObject(await BodyReader.ReadAsync(request.Http), BodyReader.MediaType(request.Http), kind.Kind, request.Duplicates);
        ObjectDecoding.CheckType(kind, sent);
        return ObjectDecoding.Decoded(kind, sent, request.WriteOptions());
    }

    private static Task SucceedAsync(ApiRequest request) => ResponseWriter.JsonAsync(request.Http, 201, new JsonObject
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Success",
        ["code"] = 201,
    });

    private static ResourceInfo KindOf(string group, string version, string kind, string type) => new()
    {
        Group = group,
        Version = version,
        Plural = kind.ToLowerInvariant() + "s",
        Singular = kind.ToLowerInvariant(),
        Kind = kind,
        Rules = new BuiltInRules(type),
    };
}
