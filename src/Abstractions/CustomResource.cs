using System.Text.Json.Serialization;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator;

/// <summary>
/// The base of a kind that a controller reconciles. A derived record has a <see cref="KindAttribute"/> and a property for each part of
/// the object that matters, such as <c>Spec</c>: what it does not name is neither read nor kept.
/// </summary>
/// <typeparam name="TStatus">
/// The fields of its status beside conditions and observedGeneration, which every kind has. A record; null stands for a field that is
/// not set.
/// </typeparam>
public abstract record CustomResource<TStatus> : ReconciledSnapshot
    where TStatus : class, new()
{
    private static readonly TStatus Empty = new();

    /// <summary>The status; null when none was ever written.</summary>
    public TStatus? Status { get; init; }

    /// <inheritdoc/>
    [JsonIgnore]
    public sealed override bool HasStatus => Status is not null && !Status.Equals(Empty);
}
