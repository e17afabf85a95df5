using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace OrleansOperator.Grains.Interfaces;

/// <summary>
/// What the operator keeps of an object that it reconciles: of its status, what every kind has (Kubernetes API conventions,
/// "Typical status properties").
/// </summary>
[GenerateSerializer, Immutable, Alias("oo.reconciled")]
public abstract record ReconciledSnapshot : ResourceSnapshot
{
    /// <summary>status.observedGeneration; null when never written, or when the CRD does not know the field.</summary>
    [JsonIgnore]
    [Id(0)] public long? ObservedGeneration { get; init; }

    /// <summary>status.conditions, other writers' included: they are kept when ours are written.</summary>
    [JsonIgnore]
    [Id(1)] public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>Whether any field of the status is set beside the observed generation and the conditions.</summary>
    [JsonIgnore]
    public abstract bool HasStatus { get; }

    /// <summary>The condition of a type; null when there is none.</summary>
    public Condition? ConditionOf(string type)
    {
        foreach (var condition in Conditions)
        {
            if (condition.Type == type)
                return condition;
        }

        return null;
    }
}
