using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Http;

/// <summary>An error answer: what stands in its Status body (<c>metav1.Status</c>).</summary>
internal sealed class ApiException(int code, string? reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code => code;

    public JsonObject? Details => details;

    /// <summary>A token to go on with a list, or null.</summary>
    public string? Continue { get; init; }

    /// <summary>The Status body.</summary>
    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = Continue is null ? [] : new JsonObject { ["continue"] = Continue },
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (reason is not null)
            status["reason"] = reason;
        if (details is not null)
            status["details"] = details.Clone();
        status["code"] = code;
        return status;
    }
}
