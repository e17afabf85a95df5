using System.Text.Json;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>A kind that a controller reconciles: the engine writes the status of its objects.</summary>
public abstract class ReconciledKind(ResourceType resource, Type type) : ObjectKind(resource, type)
{
    /// <summary>Whether an object has every field of a status that is to be written, as far as its CRD keeps it.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="status">The status, as the reconciler gave it.</param>
    /// <param name="kept">What the CRD keeps.</param>
    internal abstract bool HasStatus(ReconciledSnapshot obj, object status, StatusFields kept);

    /// <summary>Writes the fields of a status into the object that the writer is in.</summary>
    internal abstract void WriteStatus(Utf8JsonWriter json, object status);

    /// <summary>The fields of a status that was written and that the answer does not have: the CRD does not know them.</summary>
    internal abstract IEnumerable<string> LostOf(ReconciledSnapshot answer, object status);

    /// <summary>What is worth a word about a status, such as <c>2 available</c>; null for nothing.</summary>
    internal virtual string? Summarize(object status) => null;
}
