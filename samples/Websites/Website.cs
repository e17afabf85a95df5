using System.Text.Json.Serialization;

namespace OrleansOperator.Samples.Websites;

/// <summary>A page that is served by nginx.</summary>
[Kind("samples.orleansoperator.io", "v1", "websites", "Website")]
public sealed record Website : CustomResource<WebsiteStatus>
{
    /// <summary>What is wanted.</summary>
    public WebsiteSpec Spec { get; init; } = new();
}

/// <summary>What is wanted of a website.</summary>
public sealed record WebsiteSpec
{
    /// <summary>The page, in HTML.</summary>
    public string? Html { get; init; }

    /// <summary>How many pods serve it; null leaves the number to an autoscaler.</summary>
    public int? Replicas { get; init; }

    /// <summary>The port of its Service; null for none.</summary>
    public int? Port { get; init; }
}

/// <summary>How a website is doing.</summary>
public sealed record WebsiteStatus
{
    /// <summary>How many pods serve it.</summary>
    public int? AvailableReplicas { get; init; }
}

/// <summary>How the records are read and written.</summary>
[JsonSerializable(typeof(Website))]
[JsonSerializable(typeof(ConfigMap))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(Service))]
public sealed partial class WebsiteJson : JsonSerializerContext;
