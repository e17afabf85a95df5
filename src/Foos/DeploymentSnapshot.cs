using System.Globalization;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Foos;

/// <summary>What the operator keeps of an apps/v1 Deployment.</summary>
[GenerateSerializer, Immutable, Alias("oo.deployment")]
public sealed record DeploymentSnapshot : ResourceSnapshot
{
    /// <summary>spec.replicas.</summary>
    [Id(1)] public int? Replicas { get; init; }

    /// <summary>status.availableReplicas; a real API server leaves out 0.</summary>
    [Id(2)] public int AvailableReplicas { get; init; }

    /// <summary>status.observedGeneration: what the status speaks of; older than the generation while a rollout has not begun.</summary>
    [Id(6)] public long ObservedGeneration { get; init; }

    /// <summary>status.updatedReplicas: how many are of the current pod template.</summary>
    [Id(7)] public int UpdatedReplicas { get; init; }

    /// <summary>The image of the pod template's container that the operator defines; null when that container is missing.</summary>
    [Id(3)] public string? Image { get; init; }

    /// <summary>The pod template's <c>app</c> label.</summary>
    [Id(4)] public string? AppLabel { get; init; }

    /// <summary>The pod template's <c>controller</c> label.</summary>
    [Id(5)] public string? ControllerLabel { get; init; }

    /// <inheritdoc/>
    public override string? Summarize() =>
        Replicas is { } replicas ? string.Create(CultureInfo.InvariantCulture, $"with {replicas} replica{(replicas == 1 ? "" : "s")}") : null;
}
