using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>What a server sets in Pods. Nothing runs them: they stay pending, unless a client writes their status.</summary>
internal static class PodStrategy
{
    private const long DefaultGrace = 30;

    private static readonly string[] Computed = ["cpu", "memory"];

    public static Strategy Strategy { get; } = new()
    {
        Create = Create,
        GracePeriod = GracePeriod,
        StatusResets = ["spec", "metadata.deletionTimestamp", "metadata.ownerReferences"],
    };

    private static void Create(JsonObject pod)
    {
        var spec = pod["spec"]!.AsObject();
        var status = new JsonObject { ["phase"] = "Pending", ["qosClass"] = QosClass(spec) };
        if (spec.List("schedulingGates") is { Count: > 0 })
        {
            status["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "PodScheduled",
                ["status"] = "False",
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = null,
                ["reason"] = "SchedulingGated",
                ["message"] = "Scheduling is blocked due to non-empty scheduling gates",
            });
        }

        pod["status"] = status;
    }

    /// <summary>A pod that no node runs goes at once; a node gets the time that was asked for, or else what the pod asks for.</summary>
    private static long? GracePeriod(JsonObject pod, long? asked)
    {
        var grace = asked ?? pod["spec"].Number("terminationGracePeriodSeconds") ?? DefaultGrace;
        if (string.IsNullOrEmpty(pod["spec"].Text("nodeName")) || pod["status"].Text("phase") is "Succeeded" or "Failed")
            grace = 0;
        return grace < 0 ? 1 : grace;
    }

    /// <summary>
    /// Guaranteed: every container has limits for CPU and memory, and requests no less. Best effort: none has any. Burstable: all others.
    /// </summary>
    public static string QosClass(JsonObject spec)
    {
        var (requests, limits) = (new Dictionary<string, Quantity>(), new Dictionary<string, Quantity>());
        var isGuaranteed = true;
        var resources = spec.Object("resources") is { } whole
            ? [whole]
            : (spec.List("containers") ?? []).Concat(spec.List("initContainers") ?? []).Select(container => container.Object("resources"));
        foreach (var each in resources)
        {
            Add(requests, each.Object("requests"));
            isGuaranteed &= Add(limits, each.Object("limits")) == Computed.Length;
        }

        if (requests.Count == 0 && limits.Count == 0)
            return "BestEffort";
        isGuaranteed &= requests.Count == limits.Count && requests.All(pair => limits.TryGetValue(pair.Key, out var limit) && limit.CompareTo(pair.Value) == 0);
        return isGuaranteed ? "Guaranteed" : "Burstable";
    }

    /// <returns>How many of the resources that count there are.</returns>
    private static int Add(Dictionary<string, Quantity> sums, JsonObject? amounts)
    {
        var found = 0;
        foreach (var name in Computed)
        {
            if (amounts.Text(name) is not { } text || Quantity.Parse(text) is not { Sign: > 0 } amount)
                continue;
            sums[name] = amount + sums.GetValueOrDefault(name, Quantity.Zero);
            found++;
        }

        return found;
    }
}
