using System.Collections.Immutable;

namespace OrleansOperator.Grains.Engine.Planning;

/// <summary>
/// Which status fields the CRD in the cluster keeps. An older CRD may know fewer than this operator, and the API server prunes what
/// it does not know.
/// </summary>
/// <param name="Conditions">Whether status.conditions is kept.</param>
/// <param name="ObservedGeneration">Whether status.observedGeneration is kept.</param>
/// <param name="Lost">The fields of the kind itself that are not kept, such as <c>selector</c>.</param>
internal sealed record StatusFields(bool Conditions, bool ObservedGeneration, ImmutableArray<string> Lost)
{
    /// <summary>This operator's CRD.</summary>
    public static StatusFields All { get; } = new(true, true, []);

    /// <summary>Whether all of them are kept.</summary>
    public bool IsAll => Conditions && ObservedGeneration && Lost.IsEmpty;

    /// <summary>Whether a field of the kind itself is kept.</summary>
    public bool Keeps(string field) => !Lost.Contains(field);

    /// <summary>The fields that are not kept.</summary>
    public IEnumerable<string> Missing()
    {
        if (!Conditions)
            yield return "status.conditions";
        if (!ObservedGeneration)
            yield return "status.observedGeneration";
        foreach (var field in Lost)
            yield return $"status.{field}";
    }

    /// <inheritdoc/>
    public bool Equals(StatusFields? other) =>
        other is not null && (Conditions, ObservedGeneration) == (other.Conditions, other.ObservedGeneration) && Lost.SequenceEqual(other.Lost);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Conditions, ObservedGeneration, Lost.Length);
}
