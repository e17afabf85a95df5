using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission;

/// <summary>What admission refuses with (apiserver, <c>admission/errors.go</c>).</summary>
internal static class AdmissionErrors
{
    /// <summary>403, which names the object, or the prefix of the name that it is to get.</summary>
    public static ApiException Forbidden(ResourceInfo resource, JsonObject? obj, string why, string? name = null) =>
        new(403, "Forbidden", Message(resource, obj, why, ref name), Details(resource, name));

    /// <summary>The text of such an error.</summary>
    /// <param name="resource">The kind.</param>
    /// <param name="obj">The object, or null.</param>
    /// <param name="why">The reason.</param>
    /// <param name="name">The name in the request, or null; becomes the one that the error names.</param>
    public static string Message(ResourceInfo resource, JsonObject? obj, string why, ref string? name)
    {
        name = Name(obj, name);
        return $"{resource.QualifiedName} \"{name}\" is forbidden: {why}";
    }

    /// <summary>The details of such an error.</summary>
    public static JsonObject Details(ResourceInfo resource, string? name)
    {
        var details = new JsonObject { ["name"] = name };
        if (resource.Group.Length > 0)
            details["group"] = resource.Group;
        details["kind"] = resource.Plural;
        return details;
    }

    private static string Name(JsonObject? obj, string? name) =>
        name is { Length: > 0 } ? name
        : obj?["metadata"].Text("name") is { Length: > 0 } own ? own
        : obj?["metadata"].Text("generateName") is { Length: > 0 } prefix ? prefix
        : "Unknown";
}
