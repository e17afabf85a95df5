using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Storage;

/// <summary>
/// An object that is written out but for its version, so that the <see cref="ObjectStore"/> has little to do under its lock.
/// </summary>
internal sealed class Draft
{
    /// <summary>Stands where the version goes; nobody else can know it.</summary>
    private static readonly string Mark = Guid.NewGuid().ToString("N");

    private static readonly byte[] MarkBytes = Encoding.UTF8.GetBytes(Mark);
    private static readonly Dictionary<string, string> NoLabels = [];

    private readonly ReadOnlyMemory<byte> _json;
    private readonly int _versionAt;
    private readonly string _uid;
    private readonly Dictionary<string, string> _labels;
    private readonly string[] _owners;
    private readonly bool _isDeleting;

    /// <exception cref="ApiException">It is too large, or nested too deeply: patches make objects grow without end.</exception>
    public Draft(JsonObject obj)
    {
        var metadata = obj["metadata"]!.AsObject();
        metadata["resourceVersion"] = Mark;
        try
        {
            _json = obj.ToStorage();
        }
        catch (InvalidOperationException)
        {
            throw ApiErrors.BadRequest($"the object is nested too deeply: exceeded max depth {Json.MaxDepth}");
        }

        if (_json.Length > BodyReader.MaxBytes)
            throw ApiErrors.TooLarge(BodyReader.MaxBytes);
        _versionAt = _json.Span.IndexOf(MarkBytes);
        (Namespace, Name, _uid) = (metadata.Text("namespace") ?? "", metadata.Text("name") ?? "", metadata.Text("uid") ?? "");
        _labels = LabelsOf(metadata);
        _isDeleting = metadata["deletionTimestamp"] is not null;
        _owners = metadata["ownerReferences"] is JsonArray { Count: > 0 } owners ? [.. owners.Select(o => o.Text("uid") ?? "")] : [];
    }

    public string Namespace { get; }

    public string Name { get; }

    /// <summary>Whether the object, under the version of another, is the same as that one; the order of fields does not count.</summary>
    public bool IsSameAs(StoredObject other)
    {
        Span<byte> digits = stackalloc byte[20];
        other.Version.TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        var json = _json.Span;
        ReadOnlySpan<byte> theirs = other.Json;
        if (theirs.Length != json.Length - MarkBytes.Length + count)
            return false;
        return (theirs[.._versionAt].SequenceEqual(json[.._versionAt])
                && theirs[_versionAt..(_versionAt + count)].SequenceEqual(digits[..count])
                && theirs[(_versionAt + count)..].SequenceEqual(json[(_versionAt + MarkBytes.Length)..]))
            || JsonNode.DeepEquals(other.Parse(), Stamp(other.Version).Parse());
    }

    public StoredObject Stamp(long version)
    {
        Span<byte> digits = stackalloc byte[20];
        version.TryFormat(digits, out var count, default, CultureInfo.InvariantCulture);
        var json = new byte[_json.Length - MarkBytes.Length + count];
        _json.Span[.._versionAt].CopyTo(json);
        digits[..count].CopyTo(json.AsSpan(_versionAt));
        _json.Span[(_versionAt + MarkBytes.Length)..].CopyTo(json.AsSpan(_versionAt + count));
        return new StoredObject
        {
            Namespace = Namespace,
            Name = Name,
            Uid = _uid,
            Version = version,
            Labels = _labels,
            Owners = _owners,
            IsDeleting = _isDeleting,
            Json = json,
        };
    }

    private static Dictionary<string, string> LabelsOf(JsonObject metadata)
    {
        if (metadata["labels"] is not JsonObject { Count: > 0 } labels)
            return NoLabels;
        var result = new Dictionary<string, string>(labels.Count);
        foreach (var (key, value) in labels)
            result[key] = value is JsonValue v && v.TryGetValue<string>(out var text) ? text : "";
        return result;
    }
}
