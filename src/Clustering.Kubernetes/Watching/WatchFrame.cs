using System.Text.Json;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Watching;

/// <summary>One line of a watch (<c>metav1.WatchEvent</c>).</summary>
internal sealed record WatchFrame(string Type, JsonElement Object);

/// <summary>A list of objects of any kind.</summary>
internal sealed record ObjectList(ObjectMeta? Metadata, IReadOnlyList<JsonElement>? Items);
