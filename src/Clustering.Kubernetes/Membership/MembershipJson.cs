using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Pods;
using OrleansOperator.Clustering.Kubernetes.Watching;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>The JSON of everything sent and read here.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(OrleansClusterObject))]
[JsonSerializable(typeof(LeaseObject))]
[JsonSerializable(typeof(LeaseList))]
[JsonSerializable(typeof(PodObject))]
[JsonSerializable(typeof(WatchFrame))]
[JsonSerializable(typeof(ObjectList))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class MembershipJson : JsonSerializerContext;
