using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authentication;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>The cluster as the one who asks for a write, for manifests that a test applies without a client.</summary>
internal sealed class ClusterRequester(CancellationToken aborted) : IAdmissionRequester
{
    public UserInfo User => UserInfo.System;

    public CancellationToken Aborted => aborted;

    public JsonObject OperationOptions() => new() { ["kind"] = "UpdateOptions", ["apiVersion"] = "meta.k8s.io/v1", ["fieldManager"] = "devcluster-apply" };

    /// <summary>There is no client to hear of it.</summary>
    public void Warn(string text)
    {
    }

    /// <summary>There is no request in the audit log.</summary>
    public void Annotate(string key, string value)
    {
    }
}
