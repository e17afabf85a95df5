using System.Text.Json.Serialization;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Engine.Kinds;

/// <summary>A kind that is a record, and one that its objects own.</summary>
[Kind("example.com", "v1", "sites", "Site")]
public sealed record Site : CustomResource<SiteStatus>
{
    public SiteSpec Spec { get; init; } = new();
}

public sealed record SiteSpec(int? Replicas = null, string? Host = null);

public sealed record SiteStatus
{
    public int? Pods { get; init; }

    public string? Url { get; init; }
}

[Kind("apps", "v1", "deployments", "Deployment")]
public sealed record Workload : ResourceSnapshot
{
    public Meta? Metadata { get; init; }

    public WorkloadSpec? Spec { get; init; }
}

public sealed record Meta(Dictionary<string, string>? Labels = null, Dictionary<string, string>? Annotations = null);

public sealed record WorkloadSpec
{
    public int? Replicas { get; init; }

    [CreateOnly]
    public Selector? Selector { get; init; }

    public Template? Template { get; init; }
}

public sealed record Selector(Dictionary<string, string> MatchLabels);

public sealed record Template(Meta? Metadata, PodSpec? Spec);

public sealed record PodSpec
{
    [MergeKey("name")]
    public List<Container>? Containers { get; init; }
}

public sealed record Container(string Name, string? Image = null, List<string>? Args = null);

[JsonSerializable(typeof(Site))]
[JsonSerializable(typeof(Workload))]
public sealed partial class SiteJson : JsonSerializerContext;
