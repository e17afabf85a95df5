using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>
/// A stand-in for the deployment controller: the replicas that a Deployment asks for are there after a while. There are no
/// pods behind them.
/// </summary>
internal sealed class DeploymentLoop(ObjectStore store, TimeSpan delay, TimeProvider clock) : IDisposable
{
    public const string Resource = "deployments.apps";

    private readonly CancellationTokenSource _stop = new();

    public void Observe(StoredObject deployment)
    {
        var obj = deployment.Parse();
        if (obj["metadata"]!["deletionTimestamp"] is not null || IsDone(obj))
            return;
        if (delay <= TimeSpan.Zero)
        {
            Write(deployment.Namespace, deployment.Name, deployment.Uid, available: true);
            return;
        }

        Write(deployment.Namespace, deployment.Name, deployment.Uid, available: false);
        _ = LaterAsync(deployment);
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private async Task LaterAsync(StoredObject deployment)
    {
        try
        {
            await Task.Delay(delay, clock, _stop.Token);
            Write(deployment.Namespace, deployment.Name, deployment.Uid, available: true);
        }
        catch (OperationCanceledException)
        {
            // The cluster stops.
        }
    }

    private void Write(string ns, string name, string uid, bool available)
    {
        while (store.Find(Resource, ns, name) is { } current && current.Uid == uid)
        {
            var obj = current.Parse();
            var wanted = obj["spec"].Number("replicas") ?? 1;
            var observed = obj["status"].Number("observedGeneration");
            var generation = obj["metadata"].Number("generation");
            if (IsDone(obj) || (!available && observed == generation))
                return;
            obj["status"] = Status(obj, generation, wanted, available);
            if (store.TryUpdate(Resource, current, obj) is not null)
                return;
        }
    }

    /// <summary>As Go writes it: zeros are left out.</summary>
    private JsonObject Status(JsonObject obj, long? generation, long wanted, bool available)
    {
        var there = available ? wanted : Math.Min(wanted, obj["status"].Number("availableReplicas") ?? 0);
        var status = new JsonObject { ["observedGeneration"] = generation };
        foreach (var (field, value) in new[] { ("replicas", wanted), ("updatedReplicas", wanted), ("readyReplicas", there), ("availableReplicas", there), ("unavailableReplicas", wanted - there) })
        {
            if (value > 0)
                status[field] = value;
        }

        var now = clock.Timestamp();
        status["conditions"] = new JsonArray(
            Condition("Available", there >= wanted, there >= wanted ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable", now),
            Condition("Progressing", true, available ? "NewReplicaSetAvailable" : "ReplicaSetUpdated", now));
        return status;
    }

    private static bool IsDone(JsonObject obj) =>
        obj["status"].Number("observedGeneration") == obj["metadata"].Number("generation")
        && (obj["status"].Number("availableReplicas") ?? 0) == (obj["spec"].Number("replicas") ?? 1);

    private static JsonObject Condition(string type, bool status, string reason, string now) => new()
    {
        ["type"] = type,
        ["status"] = status ? "True" : "False",
        ["lastUpdateTime"] = now,
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = "",
    };
}
