using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Protobuf;
using YamlDotNet.Core;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Reads request bodies: JSON or YAML, at most 3 MB as in a real server.</summary>
internal static class BodyReader
{
    public const int MaxBytes = 3 * 1024 * 1024;

    /// <exception cref="ApiException">413: the body is too large.</exception>
    public static async ValueTask<byte[]> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength > MaxBytes)
            throw ApiErrors.TooLarge(MaxBytes);
        var reader = http.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(http.RequestAborted);
            if (result.Buffer.Length > MaxBytes)
                throw ApiErrors.TooLarge(MaxBytes);
            if (result.IsCompleted)
            {
                var bytes = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return bytes;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    /// <summary>The media type without its parameters; JSON when none is given.</summary>
    public static string MediaType(HttpContext http) =>
        http.Request.ContentType is { Length: > 0 } type ? type.Split(';', 2)[0].Trim().ToLowerInvariant() : "application/json";

    /// <summary>Reads an object to be created or replaced.</summary>
    /// <exception cref="ApiException">400 or 415.</exception>
    /// <param name="body">The body.</param>
    /// <param name="mediaType">Its media type.</param>
    /// <param name="kind">What it should be, for errors.</param>
    /// <param name="duplicates">Gets the paths of fields that occur twice.</param>
    public static JsonObject ParseObject(byte[] body, string mediaType, string kind, ICollection<string>? duplicates = null)
    {
        var node = mediaType switch
        {
            "application/json" => ParseJson(body, why => $"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: {why}", duplicates),
            "application/yaml" or "application/apply-patch+yaml" => ParseYaml(body),
            "application/vnd.kubernetes.protobuf" => ParseProtobuf(body),
            _ => throw ApiErrors.UnsupportedMediaType("application/json, application/yaml, application/vnd.kubernetes.protobuf"),
        };
        return node as JsonObject ?? throw ApiErrors.BadRequest(
            $"the object provided is unrecognized (must be of type {kind}): couldn't get version/kind; json parse error: json: cannot unmarshal {GoType(node)} into Go value of type struct");
    }

    /// <summary>Reads a patch.</summary>
    public static JsonNode? ParsePatch(byte[] body, ICollection<string>? duplicates = null) =>
        ParseJson(body, why => $"error decoding patch: {why}", duplicates);

    /// <summary>Reads JSON; an unreadable body is a 400 that says why.</summary>
    public static JsonNode? ParseJson(byte[] body, Func<string, string> message, ICollection<string>? duplicates = null)
    {
        try
        {
            return JsonReader.Read(body, duplicates ?? []);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a string is no valid UTF-16.
            throw ApiErrors.BadRequest(message(e.Message));
        }
    }

    public static JsonNode? ParseYaml(byte[] body)
    {
        try
        {
            return Yaml.Parse(Encoding.UTF8.GetString(body));
        }
        catch (Exception e) when (e is YamlException or FormatException)
        {
            throw ApiErrors.BadRequest("error converting YAML to JSON: " + e.Message);
        }
    }

    private static JsonObject ParseProtobuf(byte[] body)
    {
        try
        {
            return WireDecoder.Decode(body);
        }
        catch (FormatException e)
        {
            throw ApiErrors.BadRequest(e.Message);
        }
    }

    private static string GoType(JsonNode? node) => node?.GetValueKind() switch
    {
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "bool",
        _ => "null",
    };
}
