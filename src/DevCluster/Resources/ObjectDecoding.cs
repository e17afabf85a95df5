using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Takes objects as clients send them: checks that they are what the request says, and puts them into the form of their kind.</summary>
internal static class ObjectDecoding
{
    /// <summary>An object that a client sent, in its form and with its defaults; the client hears of fields that it does not have.</summary>
    /// <exception cref="ApiException">400: a value has the wrong type, or fields are unknown and validation is strict.</exception>
    public static JsonObject Decoded(ResourceInfo resource, JsonObject obj, WriteOptions options)
    {
        var unknown = new List<string>();
        obj = Decoded(resource, obj, unknown);
        var lines = Strictness(options, unknown);
        if (lines.Count > 0 && options.FieldValidation == "Strict")
        {
            throw ApiErrors.BadRequest(
                $"{resource.Kind} in version \"{resource.Version}\" cannot be handled as a {resource.Kind}: strict decoding error: {string.Join(", ", lines)}");
        }

        if (options.FieldValidation == "Warn")
            lines.ForEach(line => options.Warn?.Invoke(line));
        return obj;
    }

    /// <summary>An object in its form and with its defaults.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="obj">The object; it is changed.</param>
    /// <param name="unknown">Gets the paths of fields that it does not have.</param>
    /// <param name="isApplied">Whether it was applied: then its nulls are values.</param>
    public static JsonObject Decoded(ResourceInfo resource, JsonObject obj, List<string> unknown, bool isApplied = false)
    {
        var forgetsOwners = obj["metadata"].List("managedFields") is { Count: 0 };
        obj = resource.Rules.Decode(resource, obj, unknown);
        if (forgetsOwners)
            obj["metadata"]!["managedFields"] = new JsonArray();
        if (!isApplied)
            resource.Rules.DropNulls(obj);
        resource.Rules.Default(obj);
        return obj;
    }

    /// <summary>What strict validation finds: fields that occur twice, and unknown ones.</summary>
    public static List<string> Strictness(WriteOptions options, IEnumerable<string> unknown) =>
        [.. (options.Duplicates ?? []).Select(path => $"duplicate field \"{path}\""), .. unknown.Select(path => $"unknown field \"{path}\"")];

    /// <summary>Checks that an object is what its URL says.</summary>
    public static void CheckType(ResourceInfo resource, JsonObject obj)
    {
        if (obj.Text("apiVersion") is { Length: > 0 } version && version != resource.ApiVersion)
        {
            throw ApiErrors.BadRequest(
                $"the API version in the data ({version}) does not match the expected API version ({resource.ApiVersion})");
        }

        if (obj.Text("kind") is { Length: > 0 } kind && kind != resource.Kind)
        {
            throw ApiErrors.Invalid(resource, obj["metadata"].Text("name") ?? "",
                [FieldError.InvalidText("kind", kind, $"must be {resource.Kind}")], kind);
        }

        obj["apiVersion"] = resource.ApiVersion;
        obj["kind"] = resource.Kind;
    }

    /// <exception cref="ApiException">400: the object names another namespace than the request.</exception>
    public static void CheckNamespace(ResourceInfo resource, string? ns, JsonObject metadata)
    {
        if (!resource.Namespaced)
        {
            metadata.Remove("namespace");
            return;
        }

        if (ns is null)
            throw ApiErrors.BadRequest("an empty namespace may not be set during creation");
        if (metadata.Text("namespace") is { Length: > 0 } own && own != ns)
            throw ApiErrors.BadRequest("the namespace of the provided object does not match the namespace sent on the request");
        metadata["namespace"] = ns;
    }

    /// <summary>A custom object of a version that is not served has no schema, so that nothing in it is known.</summary>
    public static void WarnOfForeignVersion(ResourceInfo resource, JsonObject obj, WriteOptions options)
    {
        if (!resource.IsCustom || obj.Text("apiVersion") is not { Length: > 0 } version || version == resource.ApiVersion || options.FieldValidation != "Warn")
            return;
        foreach (var field in obj.Select(pair => pair.Key).Where(field => field is not ("apiVersion" or "kind" or "metadata")))
            options.Warn?.Invoke($"unknown field \"{field}\"");
    }
}
