using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>What admission refuses with (apiserver, <c>admission/errors.go</c>).</summary>
internal static class AdmissionErrors
{
    /// <summary>403, which names the object, or the prefix of the name that it is to get.</summary>
    public static ApiException Forbidden(ResourceInfo resource, JsonObject? obj, string why)
    {
        var name = NameOf(obj, "");
        return new(403, "Forbidden", Text(resource, name, why), Details(resource, name));
    }

    /// <summary>The denial of a policy: its message is a cause, too.</summary>
    public static ApiException Denied(AdmissionAttributes request, string reason, string why)
    {
        var name = NameOf(request.Object, request.Name);
        var details = Details(request.Resource, name);
        details["causes"] = new JsonArray(new JsonObject { ["message"] = why });
        var code = reason switch
        {
            "Forbidden" => 403,
            "Unauthorized" => 401,
            "RequestEntityTooLarge" => 413,
            _ => 422,
        };
        return new ApiException(code, reason, Text(request.Resource, name, why), details);
    }

    /// <summary>403 for mutating policies that cannot be applied: the first says why, all are causes.</summary>
    public static ApiException Refused(AdmissionAttributes request, IReadOnlyList<string> errors)
    {
        var details = Details(request.Resource, NameOf(request.Object, request.Name));
        details["causes"] = new JsonArray([.. errors.Select(error => new JsonObject { ["message"] = error })]);
        return new ApiException(403, "Invalid", errors[0], details);
    }

    /// <summary>The denial of a webhook, with the code, reason and message that it gives.</summary>
    /// <param name="webhook">The name of the webhook.</param>
    /// <param name="result">The Status in its answer, or null.</param>
    public static ApiException Denied(string webhook, JsonObject? result)
    {
        var (message, reason) = (result.Text("message") ?? "", result.Text("reason") ?? "");
        var why = message.Length > 0 ? $": {message}" : reason.Length > 0 ? $": {reason}" : " without explanation";
        var code = result.Number("code") is >= 400 and <= 599 and var given ? (int)given : 400;
        return new ApiException(code, reason.Length > 0 ? reason : null, $"admission webhook \"{webhook}\" denied the request{why}", result.Object("details"));
    }

    /// <summary>500 for what has gone wrong in admission itself.</summary>
    public static ApiException Internal(string why) => new(
        500, "InternalError", $"Internal error occurred: {why}", new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = why }) });

    private static string Text(ResourceInfo resource, string name, string why) => $"{resource.QualifiedName} \"{name}\" is forbidden: {why}";

    private static JsonObject Details(ResourceInfo resource, string name)
    {
        var details = new JsonObject { ["name"] = name };
        if (resource.Group.Length > 0)
            details["group"] = resource.Group;
        details["kind"] = resource.Plural;
        return details;
    }

    private static string NameOf(JsonObject? obj, string name) =>
        name.Length > 0 ? name
        : obj?["metadata"].Text("name") is { Length: > 0 } own ? own
        : obj?["metadata"].Text("generateName") is { Length: > 0 } prefix ? prefix
        : "Unknown";
}
