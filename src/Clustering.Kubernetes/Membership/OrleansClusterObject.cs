using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansOperator.Clustering.Kubernetes.Evictions;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>
/// The custom resource that holds an Orleans cluster's membership table. All of it is written at once, on the condition that
/// its resourceVersion has not changed.
/// </summary>
internal sealed record OrleansClusterObject
{
    public string ApiVersion { get; init; } = KubernetesTypes.Clusters.ApiVersion;

    public string Kind { get; init; } = KubernetesTypes.Clusters.Kind;

    public required ObjectMeta Metadata { get; init; }

    public OrleansClusterSpec? Spec { get; init; }

    public OrleansClusterStatus? Status { get; init; }

    /// <summary>The status; one never written is an empty table of version 0.</summary>
    [JsonIgnore]
    public OrleansClusterStatus Table => Status ?? OrleansClusterStatus.Empty;

    /// <summary>The etag of the table.</summary>
    [JsonIgnore]
    public string Etag => Metadata.ResourceVersion ?? "";
}

/// <param name="ClusterId">The Orleans cluster id as it is; the object's name is made from it.</param>
internal sealed record OrleansClusterSpec(string? ClusterId);

internal sealed record OrleansClusterStatus
{
    public static OrleansClusterStatus Empty { get; } = new();

    /// <summary>The version of the membership table.</summary>
    public int Version { get; init; }

    /// <summary>How many silos are Active, for <c>kubectl get</c>.</summary>
    public int ActiveSilos { get; init; }

    /// <summary>The rows.</summary>
    public IReadOnlyList<SiloRow> Silos { get; init; } = [];

    /// <summary>
    /// The newest writes, oldest first, each as <c>version:id</c>: a writer that got no answer finds its own here, whatever was written since.
    /// </summary>
    public IReadOnlyList<string>? RecentWrites { get; init; }

    /// <summary>Fields of later versions: they are written back as they were read.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>A row of the membership table.</summary>
internal sealed record SiloRow
{
    /// <summary>The address in Orleans' parsable form, <c>IP:PORT@GENERATION</c>: the key.</summary>
    public required string Silo { get; init; }

    /// <summary>The table's version when this row was last written: the row's etag. Heartbeats do not change it.</summary>
    public int Version { get; init; }

    /// <summary>
    /// What Orleans knows of the status. One that this version does not know is that of a silo which runs and takes no work:
    /// ShuttingDown.
    /// </summary>
    [JsonIgnore]
    public SiloStatus Status
    {
        get => Enum.TryParse<SiloStatus>(StatusText, out var status) && Enum.IsDefined(status) ? status : SiloStatus.ShuttingDown;
        init => StatusText = value.ToString();
    }

    /// <summary>The status as it is stored.</summary>
    [JsonPropertyName("status")]
    public string StatusText { get; init; } = nameof(SiloStatus.None);

    public string? SiloName { get; init; }

    public string? HostName { get; init; }

    public string? RoleName { get; init; }

    public int ProxyPort { get; init; }

    public int UpdateZone { get; init; }

    public int FaultZone { get; init; }

    public DateTime StartTime { get; init; }

    /// <summary>The last sign of life when the row was written. Later ones are in the silo's Lease.</summary>
    public DateTime AliveTime { get; init; }

    public IReadOnlyList<Suspicion>? Suspicions { get; init; }

    /// <summary>The pod that the silo runs in, if it knows.</summary>
    public PodReference? Pod { get; init; }

    /// <summary>SHA-256 of a secret that only the silo knows: who shows it is that silo. See <see cref="Fencing.FencingKey"/>.</summary>
    public string? FencingKeyHash { get; init; }

    /// <summary>Why the silo is Dead, where others declared it so.</summary>
    public Eviction? Eviction { get; init; }

    /// <summary>Fields of later versions: they are written back as they were read.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}

/// <summary>A silo's vote that another is dead.</summary>
internal sealed record Suspicion(string Silo, DateTime Time);

/// <summary>A pod, not to be mistaken for another of the same name.</summary>
internal sealed record PodReference(string Namespace, string Name, string Uid);

/// <summary>The parts of <c>metav1.ObjectMeta</c> that are used.</summary>
internal sealed record ObjectMeta
{
    public string? Name { get; init; }

    public string? Namespace { get; init; }

    public string? Uid { get; init; }

    public string? ResourceVersion { get; init; }

    /// <summary>Where the next page of a list begins.</summary>
    public string? Continue { get; init; }

    public DateTime? CreationTimestamp { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public IReadOnlyList<OwnerReference>? OwnerReferences { get; init; }
}

internal sealed record OwnerReference(string ApiVersion, string Kind, string Name, string Uid);
