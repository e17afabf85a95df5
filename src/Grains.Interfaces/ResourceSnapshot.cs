using System.Text.Json.Serialization;

namespace OrleansOperator.Grains.Interfaces;

/// <summary>
/// What the operator keeps of a Kubernetes object: the metadata that every kind has, and in derived types the few fields
/// that decide something. A whole object is many times larger.
/// </summary>
[GenerateSerializer, Immutable, Alias("oo.snapshot")]
public abstract record ResourceSnapshot
{
    /// <summary>Namespace and name.</summary>
    [JsonIgnore]
    [Id(0)] public ObjectKey Key { get; init; }

    /// <summary>metadata.uid: tells an object from its successor of the same name; empty for one that is only wanted.</summary>
    [JsonIgnore]
    [Id(1)] public string Uid { get; init; } = "";

    /// <summary>
    /// metadata.resourceVersion. Versions of one resource compare as integers (documented since Kubernetes 1.35).
    /// </summary>
    [JsonIgnore]
    [Id(2)] public long ResourceVersion { get; init; }

    /// <summary>metadata.generation: moves when the desired state changes; 0 for kinds without one.</summary>
    [JsonIgnore]
    [Id(3)] public long Generation { get; init; }

    /// <summary>Whether metadata.deletionTimestamp is set: the object is waiting for its finalizers.</summary>
    [JsonIgnore]
    [Id(4)] public bool Deleting { get; init; }

    /// <summary>The owner reference with <c>controller: true</c>, if there is one.</summary>
    [JsonIgnore]
    [Id(5)] public ControllerReference? Controller { get; init; }

    /// <summary>What is worth a word about an object that is to be created, such as <c>with 3 replicas</c>; null for nothing.</summary>
    public virtual string? Summarize() => null;
}
