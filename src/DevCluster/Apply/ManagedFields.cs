using System.Globalization;
using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>Who writes: what tells one entry of <c>metadata.managedFields</c> from another.</summary>
/// <param name="Name">The field manager.</param>
/// <param name="Applies">Whether it applies, or updates.</param>
/// <param name="ApiVersion">The version it writes in; null for those that apply, who are one in all versions.</param>
/// <param name="Subresource">The subresource it writes through, or null.</param>
internal sealed record FieldManagerKey(string Name, bool Applies, string? ApiVersion, string? Subresource)
{
    public static FieldManagerKey Of(string name, bool applies, string apiVersion, string? subresource) =>
        new(name, applies, applies ? null : apiVersion, string.IsNullOrEmpty(subresource) ? null : subresource);

    /// <summary>By this a real server sorts managers in messages.</summary>
    public string SortKey => new JsonObject
    {
        ["manager"] = Name,
        ["operation"] = Applies ? "Apply" : "Update",
        ["apiVersion"] = ApiVersion,
        ["subresource"] = Subresource,
    }.ToText();

    /// <summary>As messages name it.</summary>
    public override string ToString() =>
        GoText.Quote(Name) + (Subresource is null ? "" : $" with subresource {GoText.Quote(Subresource)}") + (Applies ? "" : $" using {ApiVersion}");
}

/// <summary>One entry of <c>metadata.managedFields</c>.</summary>
/// <param name="ApiVersion">The version that its fields are of.</param>
/// <param name="Fields">What the manager owns.</param>
/// <param name="Time">When it last came to own something, or null.</param>
internal sealed record ManagedEntry(string ApiVersion, FieldSet Fields, string? Time);

/// <summary>Who owns which field: <c>metadata.managedFields</c>, read and written (KEP-555).</summary>
internal sealed class ManagedFields
{
    private readonly Dictionary<FieldManagerKey, ManagedEntry> _entries = [];

    public bool IsEmpty => _entries.Count == 0;

    public IReadOnlyList<FieldManagerKey> Keys => [.. _entries.Keys];

    public ManagedEntry? this[FieldManagerKey key]
    {
        get => _entries.GetValueOrDefault(key);
        set
        {
            if (value is null || value.Fields.IsEmpty)
                _entries.Remove(key);
            else
                _entries[key] = value;
        }
    }

    /// <summary>Whether a request asks to forget all owners: an empty list, or one empty entry.</summary>
    public static bool IsReset(JsonNode? metadata) => metadata.List("managedFields") is { Count: 0 } or [JsonObject { Count: 0 }];

    /// <summary>The entries of an object; none when they cannot be read.</summary>
    public static ManagedFields Of(JsonNode? metadata) => TryRead(metadata) ?? new ManagedFields();

    /// <summary>The entries of an object; null when one of them is malformed.</summary>
    public static ManagedFields? TryRead(JsonNode? metadata)
    {
        var managed = new ManagedFields();
        foreach (var entry in metadata.List("managedFields") ?? [])
        {
            if (entry.Text("operation") is not ("Apply" or "Update") || entry.Text("fieldsType") != "FieldsV1" || entry.Text("apiVersion") is not { Length: > 0 } version)
                return null;
            try
            {
                var key = FieldManagerKey.Of(entry.Text("manager") ?? "", entry.Text("operation") == "Apply", version, entry.Text("subresource"));
                managed._entries[key] = new ManagedEntry(version, FieldSet.FromJson(entry.Object("fieldsV1")), entry.Text("time"));
            }
            catch (FormatException)
            {
                return null;
            }
        }

        return managed;
    }

    public ManagedFields Copy()
    {
        var copy = new ManagedFields();
        foreach (var (key, entry) in _entries)
            copy._entries[key] = entry;
        return copy;
    }

    /// <summary>Writes the entries into an object: those that apply before those that update, the oldest first.</summary>
    public void Write(JsonObject metadata)
    {
        if (IsEmpty)
        {
            metadata.Remove("managedFields");
            return;
        }

        metadata["managedFields"] = new JsonArray(
        [
            .. _entries.OrderBy(pair => pair.Key.Applies ? 0 : 1).ThenBy(pair => Seconds(pair.Value.Time)).ThenBy(pair => pair.Key.Name, StringComparer.Ordinal)
                .ThenBy(pair => pair.Value.ApiVersion, StringComparer.Ordinal).ThenBy(pair => pair.Key.Subresource, StringComparer.Ordinal)
                .Select(pair => Written(pair.Key, pair.Value)),
        ]);
    }

    /// <summary>
    /// Of more than ten managers that update, the oldest become one for each version, so that an object does not grow with the number of
    /// those that ever wrote it.
    /// </summary>
    public void Cap()
    {
        const int Most = 10;
        var updaters = _entries.Where(pair => !pair.Key.Applies)
            .OrderBy(pair => Seconds(pair.Value.Time)).ThenBy(pair => pair.Key.SortKey, StringComparer.Ordinal).Select(pair => pair.Key).ToList();
        var left = updaters.Count;
        var first = new Dictionary<string, FieldManagerKey>();
        foreach (var key in updaters)
        {
            if (left <= Most)
                return;
            var entry = _entries[key];
            if (first.TryAdd(entry.ApiVersion, key))
                continue;
            var bucket = FieldManagerKey.Of("ancient-changes", applies: false, entry.ApiVersion, null);
            if (!_entries.TryGetValue(bucket, out var gathered))
            {
                gathered = _entries[first[entry.ApiVersion]];
                _entries.Remove(first[entry.ApiVersion]);
            }

            _entries[bucket] = new ManagedEntry(entry.ApiVersion, entry.Fields.Union(gathered.Fields), entry.Time);
            _entries.Remove(key);
            left--;
        }
    }

    private static JsonObject Written(FieldManagerKey key, ManagedEntry entry)
    {
        var json = new JsonObject { ["manager"] = key.Name, ["operation"] = key.Applies ? "Apply" : "Update", ["apiVersion"] = entry.ApiVersion };
        if (entry.Time is not null)
            json["time"] = entry.Time;
        json["fieldsType"] = "FieldsV1";
        json["fieldsV1"] = entry.Fields.ToJson();
        if (key.Subresource is not null)
            json["subresource"] = key.Subresource;
        return json;
    }

    private static long Seconds(string? time) =>
        DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at.ToUnixTimeSeconds() : 0;
}
