using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Storage;

/// <summary>One version of one object: its JSON as UTF-8, and the little that selectors and garbage collection ask for.</summary>
internal sealed class StoredObject
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    public required long Version { get; init; }

    public required IReadOnlyDictionary<string, string> Labels { get; init; }

    /// <summary>Uids of the owners, empty for most objects.</summary>
    public required IReadOnlyList<string> Owners { get; init; }

    /// <summary>Whether it is marked for deletion.</summary>
    public required bool IsDeleting { get; init; }

    /// <summary>The whole object, without line breaks.</summary>
    public required byte[] Json { get; init; }

    public string Key => KeyOf(Namespace, Name);

    /// <summary>Sorts by namespace and then by name, as etcd's keys do.</summary>
    public static string KeyOf(string ns, string name) => ns + "/" + name;

    public JsonObject Parse() => JsonNode.Parse(Json, null, OrleansOperator.DevCluster.Json.Reading)!.AsObject();

    /// <summary>This object as an event of another version shows it.</summary>
    public StoredObject At(long version)
    {
        if (version == Version)
            return this;
        var obj = Parse();
        obj["metadata"]!["resourceVersion"] = version.ToString(System.Globalization.CultureInfo.InvariantCulture);
        return new StoredObject
        {
            Namespace = Namespace,
            Name = Name,
            Uid = Uid,
            Version = version,
            Labels = Labels,
            Owners = Owners,
            IsDeleting = IsDeleting,
            Json = obj.ToUtf8(),
        };
    }

    /// <summary>An object under a version.</summary>
    /// <exception cref="ApiException">It is too large, or nested too deeply.</exception>
    public static StoredObject Freeze(JsonObject obj, long version) => new Draft(obj).Stamp(version);

    /// <summary>An object that was made in a dry run: it has no version.</summary>
    /// <exception cref="ApiException">It is too large, or nested too deeply.</exception>
    public static StoredObject Unstored(JsonObject obj)
    {
        var frozen = Freeze(obj, 0);
        obj["metadata"]!.AsObject().Remove("resourceVersion");
        return new StoredObject
        {
            Namespace = frozen.Namespace,
            Name = frozen.Name,
            Uid = frozen.Uid,
            Version = 0,
            Labels = frozen.Labels,
            Owners = frozen.Owners,
            IsDeleting = frozen.IsDeleting,
            Json = obj.ToUtf8(),
        };
    }
}
