using System.Text.Json;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>A kind of which a controller's objects own some: the engine creates, patches and deletes them.</summary>
public abstract class OwnedKind(ResourceType resource, Type type) : ObjectKind(resource, type)
{
    /// <summary>The media type of its patches; see <see cref="KubeMediaTypes"/>.</summary>
    internal abstract string PatchType { get; }

    /// <summary>What is wanted and is otherwise; null when nothing.</summary>
    /// <param name="wanted">What is wanted: null leaves a field to others.</param>
    /// <param name="there">What is there.</param>
    internal abstract Difference? Compare(ResourceSnapshot wanted, ResourceSnapshot there);

    /// <summary>Writes the fields of a new object beside its apiVersion, kind and metadata, into the object that the writer is in.</summary>
    internal abstract void WriteFields(Utf8JsonWriter json, ResourceSnapshot wanted);

    /// <summary>Writes the fields of a new object's metadata beside its name, namespace and owner, such as labels.</summary>
    internal virtual void WriteMetadata(Utf8JsonWriter json, ResourceSnapshot wanted)
    {
    }
}
