using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Primitives;
using OrleansOperator.DevCluster.Admission;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Http;

/// <summary>A request for a resource, taken apart.</summary>
internal sealed class ApiRequest : IAdmissionRequester
{
    public required HttpContext Http { get; init; }

    public required ResourceInfo Resource { get; init; }

    /// <summary>The namespace, or null for all and for cluster-wide kinds.</summary>
    public string? Namespace { get; init; }

    /// <summary>The name of one object, or null for the collection.</summary>
    public string? Name { get; init; }

    public string? Subresource { get; init; }

    /// <summary>The name of the object that was created, for the audit log.</summary>
    public string? CreatedName { get; set; }

    /// <summary>The fields that occur twice in the body.</summary>
    public List<string> Duplicates { get; } = [];

    /// <summary>What is asked for, as it was authorized.</summary>
    public required RequestAttributes Attributes { get; init; }

    /// <summary>Who asks.</summary>
    public UserInfo User => Attributes.User;

    /// <summary>Checks an object before it is stored: the new one, and the one that it replaces.</summary>
    public required Action<JsonObject, JsonObject?> Check { get; init; }

    /// <summary>The verb as RBAC and audit name it.</summary>
    public string Verb => Attributes.Verb;

    public CancellationToken Aborted => Http.RequestAborted;

    public string? Query(string name) =>
        Http.Request.Query.TryGetValue(name, out StringValues value) && value.Count > 0 ? value[^1] : null;

    public bool Flag(string name) => Query(name) is "true" or "1";

    /// <summary>Whether the DeleteOptions ask for a dry run.</summary>
    public bool IsDryRunByBody { get; set; }

    /// <summary>The options of a deletion, once they are read.</summary>
    public JsonObject? DeleteOptions { get; set; }

    /// <summary>What admission has to say to the audit log, or null.</summary>
    public Dictionary<string, string>? Annotations { get; private set; }

    public bool DryRun => IsDryRunByBody || Http.Request.Query["dryRun"].Count > 0;

    public string FieldValidation => Query("fieldValidation") is { Length: > 0 } validation ? validation : "Warn";

    /// <summary>Who owns the fields that this request writes: fieldManager, or the user agent up to its version.</summary>
    public string FieldManager => Query("fieldManager") is { Length: > 0 } manager
        ? manager
        : Http.Request.Headers.UserAgent.ToString().Split('/', 2)[0] is { Length: > 0 } agent ? agent : "unknown";

    /// <summary>What a write comes with.</summary>
    public WriteOptions WriteOptions() => new(FieldManager, FieldValidation, DryRun, Warn, Duplicates, Check, this);

    /// <summary>A whole number in the query, or null.</summary>
    public long? Number(string name) =>
        Query(name) is not { Length: > 0 } text ? null
        : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value
        : throw ApiErrors.BadRequest($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    /// <summary>Adds a warning to the answer, which kubectl shows to the user.</summary>
    public void Warn(string text) =>
        Http.Response.Headers.Append("Warning", $"299 - \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"");

    /// <inheritdoc/>
    public void Annotate(string key, string value) => (Annotations ??= []).TryAdd(key, value);

    /// <inheritdoc/>
    public JsonObject OperationOptions()
    {
        var isDeletion = Verb is "delete" or "deletecollection";
        var options = new JsonObject
        {
            ["kind"] = Verb switch { "create" => "CreateOptions", "update" => "UpdateOptions", "patch" => "PatchOptions", _ => "DeleteOptions" },
            ["apiVersion"] = "meta.k8s.io/v1",
        };
        foreach (var (field, value) in (isDeletion ? DeleteOptions : null) ?? [])
        {
            if (field is not ("kind" or "apiVersion"))
                options[field] = value?.DeepClone();
        }

        if (isDeletion)
            return options;
        if (DryRun)
            options["dryRun"] = new JsonArray("All");
        if (Query("force") is not null)
            options["force"] = Flag("force");
        foreach (var field in new[] { "fieldManager", "fieldValidation" })
        {
            if (Query(field) is { Length: > 0 } value)
                options[field] = value;
        }

        return options;
    }
}
