using System.Collections.Immutable;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.Grains.Engine.Planning;

/// <summary>The status that an object should have.</summary>
/// <param name="Fields">The fields of the kind itself, as the reconciler gave them; null leaves them as they are.</param>
/// <param name="ObservedGeneration">status.observedGeneration.</param>
/// <param name="Ready">The Ready condition.</param>
/// <param name="Others">The other conditions that the reconciler gives.</param>
internal sealed record DesiredStatus(object? Fields, long ObservedGeneration, Condition Ready, ImmutableArray<Condition> Others)
{
    /// <summary>What metav1.Condition allows, in characters; here in bytes, which are not fewer.</summary>
    private const int LongestMessage = 32768;

    /// <summary>The Ready condition that an object has.</summary>
    public static Condition? ReadyOf(ReconciledSnapshot obj) => obj.ConditionOf(OrleansOperator.Ready.Type);

    /// <summary>
    /// A condition of the object's generation; its transition time moves only with its status (API conventions, "Typical status
    /// properties").
    /// </summary>
    public static Condition ConditionOf(ReconciledSnapshot obj, Condition claim, DateTimeOffset now)
    {
        var before = obj.ConditionOf(claim.Type);
        var since = before?.Status == claim.Status ? before.LastTransitionTime : now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        return claim with { Message = Utf8Text.Fit(claim.Message, LongestMessage), LastTransitionTime = since, ObservedGeneration = obj.Generation };
    }

    /// <summary>Whether it says the same as another, but for the times of transitions, which depend on when it is computed.</summary>
    public bool Says(DesiredStatus other) =>
        (Fields?.Equals(other.Fields) ?? other.Fields is null)
        && ObservedGeneration == other.ObservedGeneration
        && Says(Ready, other.Ready)
        && Others.Length == other.Others.Length && Others.Zip(other.Others).All(both => Says(both.First, both.Second));

    /// <summary>Whether an object already has this status, as far as its CRD keeps it.</summary>
    public bool IsOf(ReconciledKind kind, ReconciledSnapshot obj, StatusFields kept)
    {
        if ((Fields is { } fields && !kind.HasStatus(obj, fields, kept)) || (kept.ObservedGeneration && obj.ObservedGeneration != ObservedGeneration))
            return false;
        if (!kept.Conditions)
            return true;
        foreach (var other in Others)
        {
            if (!other.Equals(obj.ConditionOf(other.Type)))
                return false;
        }

        return Ready.Equals(ReadyOf(obj));
    }

    /// <summary>All conditions with these in their places: other writers' are kept.</summary>
    public ImmutableArray<Condition> ConditionsOf(ReconciledSnapshot obj)
    {
        var conditions = Place(obj.Conditions, Ready);
        foreach (var other in Others)
            conditions = Place(conditions, other);
        return conditions;
    }

    private static ImmutableArray<Condition> Place(ImmutableArray<Condition> conditions, Condition condition)
    {
        for (var i = 0; i < conditions.Length; i++)
        {
            if (conditions[i].Type == condition.Type)
                return conditions.SetItem(i, condition);
        }

        return conditions.Add(condition);
    }

    private static bool Says(Condition one, Condition other) => one == other with { LastTransitionTime = one.LastTransitionTime };
}
