using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Patches;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Reads patches and puts them onto objects (apiserver, <c>endpoints/handlers/patch.go</c>).</summary>
internal static class PatchHandler
{
    public const string Json = "application/json-patch+json";
    public const string Merge = "application/merge-patch+json";
    public const string Strategic = "application/strategic-merge-patch+json";
    public const string Apply = "application/apply-patch+yaml";

    /// <summary>How many operations a JSON patch may have.</summary>
    private const int MaxOperations = 10_000;

    private static readonly string[] CustomTypes = [Json, Merge, Apply];
    private static readonly string[] BuiltInTypes = [Json, Merge, Strategic, Apply];

    /// <summary>The media type of a patch.</summary>
    /// <exception cref="ApiException">415: the kind does not take such patches.</exception>
    public static string TypeOf(ApiRequest request)
    {
        var type = BodyReader.MediaType(request.Http);
        var accepted = request.Resource.IsCustom ? CustomTypes : BuiltInTypes;
        return accepted.Contains(type) ? type : throw ApiErrors.UnsupportedMediaType(string.Join(", ", accepted));
    }

    /// <summary>Reads a patch that is no apply.</summary>
    /// <exception cref="ApiException">400: it is not what its media type says.</exception>
    public static JsonNode Read(byte[] body, string type, ICollection<string> duplicates)
    {
        var patch = BodyReader.ParsePatch(body, duplicates);
        if (type == Json)
        {
            var operations = patch as JsonArray ?? throw Undecodable(patch, "[]handlers.jsonPatchOp");
            return operations.Count <= MaxOperations ? operations
                : throw new ApiException(413, "RequestEntityTooLarge", $"Request entity too large: The allowed maximum operations in a JSON patch is {MaxOperations}, got {operations.Count}");
        }

        return patch as JsonObject ?? throw Undecodable(patch, "map[string]interface {}");
    }

    /// <summary>Reads what is applied; fields that occur twice are an error if validation is strict.</summary>
    /// <exception cref="ApiException">400: it is no object.</exception>
    public static JsonObject ReadApplied(byte[] body, WriteOptions options, ICollection<string> duplicates)
    {
        var applied = BodyReader.ParseYaml(body) as JsonObject ?? throw ApiErrors.BadRequest("error decoding YAML: the patch is no object");
        if (options.FieldValidation == "Strict" && duplicates.Count > 0)
            throw ApiErrors.BadRequest($"error strict decoding YAML: {string.Join(", ", duplicates)}");
        applied.Ensure("metadata");
        return applied;
    }

    /// <summary>An object with a patch on it, in its form and with its defaults.</summary>
    /// <param name="resource">Its kind.</param>
    /// <param name="current">The object; it is changed.</param>
    /// <param name="patch">The patch.</param>
    /// <param name="type">Its media type.</param>
    /// <param name="options">Of the write.</param>
    /// <exception cref="ApiException">422: the patch cannot be applied, or its result is no object of the kind.</exception>
    public static JsonObject Patched(ResourceInfo resource, JsonObject current, JsonNode patch, string type, WriteOptions options)
    {
        var patched = ResultOf(resource, current, patch, type);
        var unknown = new List<string>();
        JsonObject obj;
        try
        {
            CheckType(resource, patched);
            obj = ObjectDecoding.Decoded(resource, patched.Clone(), unknown);
        }
        catch (ApiException e) when (e.Code == 400)
        {
            throw Invalid(patch, patched, type, e.Message);
        }

        var lines = ObjectDecoding.Strictness(options, unknown);
        if (lines.Count > 0 && options.FieldValidation == "Strict")
            throw Invalid(patch, patched, type, "strict decoding error: " + string.Join(", ", lines));
        if (options.FieldValidation == "Warn")
            lines.ForEach(line => options.Warn?.Invoke(line));
        return obj;
    }

    private static JsonObject ResultOf(ResourceInfo resource, JsonObject current, JsonNode patch, string type)
    {
        try
        {
            var result = type switch
            {
                Json => JsonPatch.Apply(current, (JsonArray)patch),
                Strategic => StrategicMergePatch.Apply(current, (JsonObject)patch, resource.Rules.Type),
                _ => MergePatch.Apply(current, patch),
            };
            return result as JsonObject ?? throw new PatchException("the result is no object");
        }
        catch (PatchException e) when (e.Code != 422)
        {
            throw e.Code == 400 ? ApiErrors.BadRequest(e.Message) : new ApiException(e.Code, null, e.Message);
        }
        catch (Exception e) when (e is PatchException or InvalidOperationException)
        {
            // The real server says no more than this, whatever was wrong with the patch.
            throw new ApiException(422, "Invalid", "the server rejected our request due to an error in our request", []);
        }
    }

    private static void CheckType(ResourceInfo resource, JsonObject obj)
    {
        if (obj.Text("kind") is { Length: > 0 } kind && (kind != resource.Kind || obj.Text("apiVersion") != resource.ApiVersion))
        {
            if (resource.IsCustom)
                CheckCustomType(resource, obj, kind);
            ObjectDecoding.CheckType(resource, obj);
        }

        obj["apiVersion"] = resource.ApiVersion;
        obj["kind"] = resource.Kind;
    }

    /// <summary>Custom resources are checked for their type by their validation.</summary>
    private static void CheckCustomType(ResourceInfo resource, JsonObject obj, string kind)
    {
        var errors = new List<FieldError>();
        if (kind != resource.Kind)
            errors.Add(FieldError.InvalidText("kind", kind, $"must be {resource.Kind}"));
        if (obj.Text("apiVersion") is var version && version != resource.ApiVersion)
            errors.Add(FieldError.InvalidText("apiVersion", version ?? "", $"must be {resource.ApiVersion}"));
        if (errors.Count > 0)
            throw ApiErrors.Invalid(resource, obj["metadata"].Text("name") ?? "", errors);
    }

    /// <summary>A strategic patch is named itself, for others the object that came of it.</summary>
    private static ApiException Invalid(JsonNode patch, JsonObject patched, string type, string why)
    {
        var at = why.IndexOf("cannot be handled as a", StringComparison.Ordinal);
        var detail = at < 0 ? why : why[(why.IndexOf(": ", at, StringComparison.Ordinal) + 2)..];
        return ApiErrors.Invalid("", "", "", [FieldError.Invalid("patch", GoText.Quote(type == Strategic ? GoText.Plain(patch) : patched.ToText()), detail)]);
    }

    private static ApiException Undecodable(JsonNode? patch, string type) =>
        ApiErrors.BadRequest($"error decoding patch: json: cannot unmarshal {Kind(patch)} into Go value of type {type}");

    private static string Kind(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "null",
    };
}
