using System.Globalization;
using System.Text.Json.Nodes;
using static OrleansOperator.DevCluster.Tables.Cells;

namespace OrleansOperator.DevCluster.Tables;

/// <summary>The columns of Pods.</summary>
internal static class PodColumns
{
    public static IReadOnlyList<TableColumn> All { get; } =
    [
        new("Ready", "string", (pod, now) => Summary.Of(pod, now).Ready),
        new("Status", "string", (pod, now) => Summary.Of(pod, now).Status),
        new("Restarts", "string", (pod, now) => Summary.Of(pod, now).Restarts),
        TableColumn.Age,
        Wide("IP", pod => (pod["status"].List("podIPs")?.FirstOrDefault()).Text("ip") ?? pod["status"].Text("podIP")),
        Wide("Node", pod => pod["spec"].Text("nodeName")),
        Wide("Nominated Node", pod => pod["status"].Text("nominatedNodeName")),
        Wide("Readiness Gates", Gates),
    ];

    private static string? Gates(JsonObject pod)
    {
        var gates = pod["spec"].List("readinessGates") ?? [];
        return gates.Count == 0 ? null : $"{gates.Count(gate => Condition(pod, gate.Text("conditionType") ?? "") == "True")}/{gates.Count}";
    }

    /// <summary>What the containers of a pod come to.</summary>
    private readonly record struct Summary(string Ready, string Status, string Restarts)
    {
        public static Summary Of(JsonObject pod, DateTimeOffset now)
        {
            var (spec, status) = (pod["spec"], pod["status"]);
            var phase = status.Text("phase") ?? "";
            var reason = status.Text("reason") is { Length: > 0 } own ? own : phase;
            if ((status.List("conditions") ?? []).Any(condition => condition.Text("type") == "PodScheduled" && condition.Text("reason") == "SchedulingGated"))
                reason = "SchedulingGated";
            var sidecars = (spec.List("initContainers") ?? []).Where(container => container.Text("restartPolicy") == "Always").Select(container => container.Text("name")).ToHashSet();
            var total = (spec.List("containers")?.Count ?? 0) + sidecars.Count;
            var (ready, all, ofSidecars) = (0, default(Restarted), default(Restarted));
            var initializing = false;
            var inits = status.List("initContainerStatuses") ?? [];
            for (var i = 0; i < inits.Count && !initializing; i++)
            {
                var init = inits[i];
                all = all.And(init);
                var isSidecar = sidecars.Contains(init.Text("name"));
                if (isSidecar)
                    ofSidecars = ofSidecars.And(init);
                var (ended, waiting) = (init.Dig("state", "terminated"), init.Dig("state", "waiting").Text("reason") ?? "");
                if (ended is not null && (ended.Number("exitCode") ?? 0) == 0)
                    continue;
                if (isSidecar && init.Flag("started"))
                {
                    ready += init.Flag("ready") ? 1 : 0;
                    continue;
                }

                reason = ended is not null ? "Init:" + Ended(ended) : waiting is not ("" or "PodInitializing") ? "Init:" + waiting : $"Init:{i}/{spec.List("initContainers")?.Count ?? 0}";
                initializing = true;
            }

            if (!initializing || Condition(pod, "Initialized") == "True")
                (reason, ready, all) = Running(pod, reason, ready, ofSidecars);
            if (pod["metadata"]!["deletionTimestamp"] is not null)
                reason = status.Text("reason") == "NodeLost" ? "Unknown" : phase is "Succeeded" or "Failed" ? reason : "Terminating";
            return new Summary($"{ready}/{total}", reason, all.Text(now));
        }

        private static (string Reason, int Ready, Restarted Restarts) Running(JsonObject pod, string reason, int ready, Restarted restarts)
        {
            var hasRunning = false;
            foreach (var container in (pod["status"].List("containerStatuses") ?? []).Reverse())
            {
                restarts = restarts.And(container);
                if (container.Dig("state", "waiting").Text("reason") is { Length: > 0 } waiting)
                    reason = waiting;
                else if (container.Dig("state", "terminated") is { } ended)
                    reason = Ended(ended);
                else if (container.Flag("ready") && container.Dig("state", "running") is not null)
                    (hasRunning, ready) = (true, ready + 1);
            }

            if (reason == "Completed" && hasRunning)
                reason = Condition(pod, "Ready") == "True" ? "Running" : "NotReady";
            return (reason, ready, restarts);
        }

        private static string Ended(JsonNode ended) => ended.Text("reason") is { Length: > 0 } reason ? reason
            : (ended.Number("signal") ?? 0) != 0 ? $"Signal:{ended.Number("signal")}" : $"ExitCode:{ended.Number("exitCode") ?? 0}";
    }

    /// <summary>How often containers have restarted, and when last.</summary>
    private readonly record struct Restarted(long Count, string? Last)
    {
        public Restarted And(JsonNode? container)
        {
            var ended = container.Dig("lastState", "terminated").Text("finishedAt");
            return new Restarted(Count + (container.Number("restartCount") ?? 0), string.CompareOrdinal(ended, Last) > 0 ? ended : Last);
        }

        public string Text(DateTimeOffset now) =>
            Count.ToString(CultureInfo.InvariantCulture) + (Count != 0 && Last is not null ? $" ({TableWriter.Ago(Last, now)} ago)" : "");
    }
}
