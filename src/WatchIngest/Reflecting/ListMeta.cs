using System.Globalization;
using System.Text.Json;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>The metadata of a list, which a bookmark has too (<c>metav1.ListMeta</c>).</summary>
internal static class ListMeta
{
    /// <summary>The resource version in some metadata.</summary>
    /// <exception cref="JsonException">There is none, or it is no whole number.</exception>
    public static long VersionOf(JsonElement metadata) =>
        Text(metadata, "resourceVersion") is { } text && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? version
            : throw new JsonException("metadata.resourceVersion is missing or no whole number");

    /// <summary>Where the next page begins; empty when there is none.</summary>
    public static string ContinueOf(JsonElement metadata) => Text(metadata, "continue") ?? "";

    private static string? Text(JsonElement metadata, string field) =>
        metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
