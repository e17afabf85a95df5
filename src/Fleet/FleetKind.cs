using System.Collections.Immutable;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Fleet;

/// <summary>What the fleet pages show of one controller's objects. Registered as a singleton, one for each controller.</summary>
public sealed class FleetKind
{
    private const string ReadyType = "Ready";

    /// <summary>Name of the controller, as its grains give it.</summary>
    public required string Controller { get; init; }

    /// <summary>The kind of its objects.</summary>
    public required ResourceType Resource { get; init; }

    /// <summary>The status conditions of an object.</summary>
    public required Func<ResourceSnapshot, ImmutableArray<Condition>> Conditions { get; init; }

    /// <summary>What the list shows besides what every kind has.</summary>
    public IReadOnlyList<FleetColumn> Columns { get; init; } = [];

    /// <summary>The Ready condition of an object; null when it has none.</summary>
    public Condition? Ready(ResourceSnapshot snapshot)
    {
        foreach (var condition in Conditions(snapshot))
        {
            if (condition.Type == ReadyType)
                return condition;
        }

        return null;
    }
}
