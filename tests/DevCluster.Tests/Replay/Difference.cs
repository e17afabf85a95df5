using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tests.Replay;

/// <summary>Where an answer is not as recorded.</summary>
internal sealed record Difference(string Path, string Recorded, string Got)
{
    /// <summary>What no two servers share: it only has to be there.</summary>
    private static readonly HashSet<string> Volatile =
    [
        "uid", "resourceVersion", "creationTimestamp", "deletionTimestamp", "time", "continue", "lastTransitionTime", "lastUpdateTime",
        "selfLink", "serverAddress", "hash", "storageVersionHash", "retryAfterSeconds", "eventTime", "renewTime", "acquireTime",
        "firstTimestamp", "lastTimestamp",
    ];

    /// <summary>The words of messages are a server's own.</summary>
    private static readonly HashSet<string> Words = ["message", "text"];

    /// <summary>The differences between a recorded value and an answer, which may have more.</summary>
    public static IEnumerable<Difference> Between(JsonNode? recorded, JsonNode? got, string at = "") => recorded switch
    {
        JsonObject fields => got is JsonObject other ? OfObjects(fields, other, at) : [Of(at, recorded, got)],
        JsonArray items => got is JsonArray other && other.Count == items.Count
            ? items.SelectMany((item, index) => Between(item, other[index], $"{at}.{index}"))
            : [Of(at, recorded, got)],
        _ => JsonNode.DeepEquals(recorded, got) ? [] : [Of(at, recorded, got)],
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: recorded {Recorded}, got {Got}";

    private static IEnumerable<Difference> OfObjects(JsonObject recorded, JsonObject got, string at)
    {
        foreach (var (name, value) in recorded)
        {
            var path = at.Length == 0 ? name : $"{at}.{name}";
            var last = name[(name.LastIndexOf('.') + 1)..];
            if (last == "managedFields")
                continue;
            if (!got.TryGetPropertyValue(name, out var answer))
            {
                yield return new Difference(path, Text(value), "nothing");
            }
            else if (Volatile.Contains(last) || Words.Contains(last))
            {
                if (value is null != answer is null)
                    yield return Of(path, value, answer);
            }
            else
            {
                var inner = last == "causes" ? Between(Sorted(value), Sorted(answer), path) : Between(value, answer, path);
                foreach (var difference in inner)
                    yield return difference;
            }
        }
    }

    private static JsonArray Sorted(JsonNode? causes) =>
        [.. (causes as JsonArray ?? []).OrderBy(cause => $"{cause?["field"]} {cause?["reason"]}", StringComparer.Ordinal).Select(cause => cause?.DeepClone())];

    private static Difference Of(string path, JsonNode? recorded, JsonNode? got) => new(path, Text(recorded), Text(got));

    private static string Text(JsonNode? value) => value?.ToJsonString() ?? "null";
}
