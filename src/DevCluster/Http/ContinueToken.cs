using System.Buffers.Text;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Where the next page of a list begins, opaque to clients.</summary>
internal static class ContinueToken
{
    /// <summary>In place of a version: go on with the list as it is now.</summary>
    public const long Newest = -1;

    public static string Write(long version, string key) =>
        Base64Url.EncodeToString(new JsonObject { ["v"] = "meta.k8s.io/v1", ["rv"] = version, ["start"] = key + "\0" }.ToUtf8());

    /// <exception cref="ApiException">400: no token of this server.</exception>
    public static (long Version, string After) Read(string token)
    {
        try
        {
            var json = JsonNode.Parse(Base64Url.DecodeFromChars(token));
            if (json.Number("rv") is { } version && json.Text("start") is { Length: > 1 } start)
                return (version, start[..^1]);
        }
        catch (Exception e) when (e is FormatException or System.Text.Json.JsonException or DecoderFallbackException)
        {
            throw ApiErrors.BadRequest($"invalid continue token: continue key is not valid: {e.Message}");
        }

        throw ApiErrors.BadRequest("invalid continue token: continue key is not valid: incorrect encoded");
    }
}
