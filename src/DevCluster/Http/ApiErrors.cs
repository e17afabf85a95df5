using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Http;

/// <summary>The errors that a Kubernetes API server answers with, in its own words (apimachinery, <c>api/errors</c>).</summary>
internal static class ApiErrors
{
    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException NotFound(ResourceInfo resource, string name) =>
        new(404, "NotFound", $"{resource.QualifiedName} \"{name}\" not found", Details(resource, name, resource.Plural));

    public static ApiException AlreadyExists(ResourceInfo resource, string name) =>
        new(409, "AlreadyExists", $"{resource.QualifiedName} \"{name}\" already exists", Details(resource, name, resource.Plural));

    public static ApiException Modified(ResourceInfo resource, string name) => Conflict(
        resource, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ApiException Conflict(ResourceInfo resource, string name, string why, bool byKind = false)
    {
        var kind = byKind ? resource.Kind : resource.Plural;
        var qualified = resource.Group.Length == 0 ? kind : $"{kind}.{resource.Group}";
        return new(409, "Conflict", $"Operation cannot be fulfilled on {qualified} \"{name}\": {why}", Details(resource, name, kind));
    }

    /// <summary>422 for an object. The causes come in the order of their fields.</summary>
    public static ApiException Invalid(ResourceInfo resource, string name, IReadOnlyList<FieldError> errors, string? kind = null) =>
        Invalid(kind ?? resource.Kind, resource.Group, name, errors);

    public static ApiException Invalid(string kind, string group, string name, IReadOnlyList<FieldError> errors)
    {
        var lines = errors.Select(e => $"{e.Field}: {e.Message}").Distinct().ToList();
        var text = lines.Count == 1 ? lines[0] : $"[{string.Join(", ", lines)}]";
        var details = new JsonObject();
        if (name.Length > 0)
            details["name"] = name;
        if (group.Length > 0)
            details["group"] = group;
        if (kind.Length > 0)
            details["kind"] = kind;
        details["causes"] = new JsonArray([.. errors.Select(e => new JsonObject
        {
            ["reason"] = e.Reason,
            ["message"] = e.Message,
            ["field"] = e.Field,
        })]);
        var qualified = group.Length == 0 ? kind : $"{kind}.{group}";
        return new(422, "Invalid", $"{qualified} \"{name}\" is invalid: {text}", details);
    }

    public static ApiException Expired(string message) => new(410, "Expired", message);

    /// <summary>410 with a token that goes on with the list as it is now, for clients that can live with that.</summary>
    public static ApiException ContinueExpired(string token) => new(410, "Expired",
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.")
    {
        Continue = token,
    };

    public static ApiException NotAcceptable() =>
        new(406, "NotAcceptable", "only the following media types are accepted: application/json, application/yaml");

    public static ApiException TooLargeVersion(long asked, long current) =>
        new(504, "Timeout", $"Timeout: Too large resource version: {asked}, current: {current}", new JsonObject
        {
            ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ResourceVersionTooLarge", ["message"] = "Too large resource version" }),
            ["retryAfterSeconds"] = 1,
        });

    public static ApiException UnsupportedMediaType(string accepted) =>
        new(415, "UnsupportedMediaType",
            $"the body of the request was in an unknown format - accepted media types include: {accepted}");

    public static ApiException TooLarge(long limit) =>
        new(413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}");

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    /// <summary>403 of an authorizer.</summary>
    /// <param name="request">What is forbidden.</param>
    /// <param name="reason">What the authorizer has to say about it; may be empty.</param>
    public static ApiException Forbidden(in RequestAttributes request, string reason = "")
    {
        var message = reason.Length == 0 ? request.Refusal() : $"{request.Refusal()}: {reason}";
        if (request.Path is not null)
            return new(403, "Forbidden", $"forbidden: {message}", []);
        var details = new JsonObject();
        if (!string.IsNullOrEmpty(request.Name))
            details["name"] = request.Name;
        if (request.Group.Length > 0)
            details["group"] = request.Group;
        details["kind"] = request.Resource;
        var qualified = request.Group.Length == 0 ? request.Resource : $"{request.Resource}.{request.Group}";
        return new(403, "Forbidden", $"{qualified}{(string.IsNullOrEmpty(request.Name) ? "" : $" \"{request.Name}\"")} is forbidden: {message}", details);
    }

    /// <summary>403 for an object.</summary>
    public static ApiException Forbidden(ResourceInfo resource, string name, string why) =>
        new(403, "Forbidden", $"{resource.QualifiedName} \"{name}\" is forbidden: {why}", Details(resource, name, resource.Plural));

    /// <summary>403 with the cause that controllers recognise a terminating namespace by.</summary>
    public static ApiException NamespaceTerminating(ResourceInfo resource, string name, string ns)
    {
        var details = Details(resource, name, resource.Plural);
        details["causes"] = new JsonArray(new JsonObject
        {
            ["reason"] = "NamespaceTerminating",
            ["message"] = $"namespace {ns} is being terminated",
            ["field"] = "metadata.namespace",
        });
        return new(403, "Forbidden",
            $"{resource.QualifiedName} \"{name}\" is forbidden: unable to create new content in namespace {ns} because it is being terminated",
            details);
    }

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    /// <summary>What Go's strconv says of a version that is no number.</summary>
    public static string ParseUint(string text) => $"strconv.ParseUint: parsing \"{text}\": invalid syntax";

    private static JsonObject Details(ResourceInfo resource, string name, string kind)
    {
        var details = new JsonObject { ["name"] = name };
        if (resource.Group.Length > 0)
            details["group"] = resource.Group;
        details["kind"] = kind;
        return details;
    }
}
