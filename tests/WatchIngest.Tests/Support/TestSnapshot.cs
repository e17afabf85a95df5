using System.Globalization;
using System.Text.Json;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>An object of some kind: its metadata, and the label <c>owner</c> to route it by.</summary>
internal sealed record TestSnapshot : ResourceSnapshot
{
    public string? Owner { get; init; }

    /// <summary>An object in the namespace "ns".</summary>
    public static TestSnapshot Of(string name, long version, string? owner = null, string? uid = null) => new()
    {
        Key = new ObjectKey("ns", name),
        Uid = uid ?? "uid-" + name,
        ResourceVersion = version,
        Owner = owner,
    };

    /// <summary>A decoder for tests: simple, not fast.</summary>
    public static TestSnapshot Decode(ref Utf8JsonReader reader)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        if (!document.RootElement.TryGetProperty("metadata", out var metadata))
            throw new JsonException("an object lacks metadata");
        return new TestSnapshot
        {
            Key = new ObjectKey(metadata.GetProperty("namespace").GetString()!, metadata.GetProperty("name").GetString()!),
            Uid = metadata.GetProperty("uid").GetString()!,
            ResourceVersion = long.Parse(metadata.GetProperty("resourceVersion").GetString()!, CultureInfo.InvariantCulture),
            Owner = metadata.TryGetProperty("labels", out var labels) && labels.TryGetProperty("owner", out var owner) ? owner.GetString() : null,
        };
    }

    /// <summary>The object as an API server writes it, with text that a careless reader would stumble on.</summary>
    public string ToJson()
    {
        var labels = Owner is null ? "" : $",\"labels\":{{\"owner\":\"{Owner}\"}}";
        return $$"""
            {"apiVersion":"example.com/v1","kind":"Widget","metadata":{"namespace":"{{Key.Namespace}}","name":"{{Key.Name}}","uid":"{{Uid}}","resourceVersion":"{{ResourceVersion}}"{{labels}} },"spec":{"text":"äöü ☂ {\"\n}"} }
            """;
    }

    /// <summary>Name and version, as in <c>a@12</c>.</summary>
    public override string ToString() => $"{Key.Name}@{ResourceVersion}";
}
