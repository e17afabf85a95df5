using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>A kind of object as the engine deals with it: where it is served, and what is kept of it.</summary>
/// <param name="resource">The resource.</param>
/// <param name="type">The type of its snapshots.</param>
public abstract class ObjectKind(ResourceType resource, Type type)
{
    /// <summary>The resource.</summary>
    public ResourceType Resource => resource;

    /// <summary>The type of its snapshots.</summary>
    public Type Type => type;

    /// <summary>The kind as messages name it, such as <c>Deployment</c>.</summary>
    public string Name => resource.Kind;

    /// <summary>The resource, as <c>plural.group</c>.</summary>
    public string QualifiedName { get; } = resource.QualifiedName;

    /// <summary><c>group/version</c>.</summary>
    public string ApiVersion { get; } = resource.ApiVersion;

    /// <summary>The answers to reads and writes are decoded by the same code as the watch.</summary>
    internal JsonTypeInfo<ResourceSnapshot> Json => field ??= SnapshotJson.Of((ref reader) => Decode(ref reader));

    /// <summary>The answer to a deletion.</summary>
    internal JsonTypeInfo<Deleted> DeletedJson => field ??= SnapshotJson.Of((ref reader) => Deleted.Read(this, ref reader));

    /// <summary>Reads one object; the reader stands on its start and is left on its end.</summary>
    /// <exception cref="JsonException">It is no object of the API server.</exception>
    public abstract ResourceSnapshot Decode(ref Utf8JsonReader reader);

    /// <inheritdoc/>
    public override string ToString() => QualifiedName;
}
