using System.Text.Json.Serialization;

namespace OrleansOperator.LoadTest.Objects;

/// <summary>An object of which only the metadata matters.</summary>
internal record KubeObject
{
    public ObjectMetadata Metadata { get; init; } = new();
}

/// <summary>What is read of an object's metadata.</summary>
internal sealed record ObjectMetadata
{
    public string Name { get; init; } = "";

    public string? Namespace { get; init; }

    public string Uid { get; init; } = "";

    public string ResourceVersion { get; init; } = "0";

    public long Generation { get; init; }

    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }

    /// <summary>The version as a number: versions of one kind compare (KEP-5504).</summary>
    [JsonIgnore]
    public long Version => long.TryParse(ResourceVersion, out var version) ? version : 0;
}

/// <summary>What is read of an owner reference.</summary>
internal sealed record OwnerReference(string Uid, bool Controller);

/// <summary>A Foo.</summary>
internal sealed record FooObject : KubeObject
{
    public FooStatus? Status { get; init; }
}

/// <summary>What is read of a Foo's status. Not every controller writes an observedGeneration.</summary>
internal sealed record FooStatus(int? AvailableReplicas, long? ObservedGeneration);

/// <summary>A Deployment.</summary>
internal sealed record DeploymentObject : KubeObject
{
    public DeploymentSpec? Spec { get; init; }

    public DeploymentStatus? Status { get; init; }
}

/// <summary>What is read of a Deployment's spec.</summary>
internal sealed record DeploymentSpec(int? Replicas);

/// <summary>What is read of a Deployment's status.</summary>
internal sealed record DeploymentStatus(int? AvailableReplicas, long? ObservedGeneration);

/// <summary>A list, or a page of one.</summary>
internal sealed record ObjectList<T>
{
    public ListMetadata Metadata { get; init; } = new();

    public IReadOnlyList<T>? Items { get; init; }
}

/// <summary>What is read of a list's metadata.</summary>
internal sealed record ListMetadata
{
    public string ResourceVersion { get; init; } = "";

    public string? Continue { get; init; }
}

/// <summary>A Status, as watches report errors.</summary>
internal sealed record StatusObject(int Code, string? Message);

/// <summary>What <c>/version</c> says.</summary>
internal sealed record ServerVersion(string GitVersion);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(FooObject))]
[JsonSerializable(typeof(DeploymentObject))]
[JsonSerializable(typeof(KubeObject))]
[JsonSerializable(typeof(StatusObject))]
[JsonSerializable(typeof(ServerVersion))]
[JsonSerializable(typeof(ObjectList<FooObject>))]
[JsonSerializable(typeof(ObjectList<DeploymentObject>))]
[JsonSerializable(typeof(ObjectList<KubeObject>))]
internal sealed partial class KubeJson : JsonSerializerContext;
