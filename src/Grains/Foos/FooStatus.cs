using System.Collections.Immutable;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.Grains.Foos;

/// <summary>The status that a Foo should have.</summary>
/// <param name="AvailableReplicas">status.availableReplicas, 0 included.</param>
/// <param name="ObservedGeneration">status.observedGeneration.</param>
/// <param name="Ready">The Ready condition.</param>
internal sealed record FooStatus(int AvailableReplicas, long ObservedGeneration, Condition Ready)
{
    private const string ReadyType = "Ready";

    /// <summary>What metav1.Condition allows, in characters; here in bytes, which are not fewer.</summary>
    private const int LongestMessage = 32768;

    /// <summary>The Ready condition that a Foo has.</summary>
    public static Condition? ReadyOf(FooSnapshot foo)
    {
        foreach (var condition in foo.Conditions)
        {
            if (condition.Type == ReadyType)
                return condition;
        }

        return null;
    }

    /// <summary>
    /// A Ready condition; its transition time moves only with its status (API conventions, "Typical status properties").
    /// </summary>
    public static Condition ReadyCondition(FooSnapshot foo, bool ready, string reason, string message, DateTimeOffset now)
    {
        var status = ready ? "True" : "False";
        var before = ReadyOf(foo);
        var since = before?.Status == status ? before.LastTransitionTime : now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond));
        return new Condition(ReadyType, status, reason, Utf8Text.Fit(message, LongestMessage), since, foo.Generation);
    }

    /// <summary>Whether it says the same as another, but for the time of its transition, which depends on when it is computed.</summary>
    public bool Says(FooStatus other) =>
        this == other with { Ready = other.Ready with { LastTransitionTime = Ready.LastTransitionTime } };

    /// <summary>Whether a Foo already has this status, as far as its CRD keeps it.</summary>
    public bool IsOf(FooSnapshot foo, FooStatusFields kept) =>
        foo.AvailableReplicas == AvailableReplicas
        && (!kept.ObservedGeneration || foo.ObservedGeneration == ObservedGeneration)
        && (!kept.Selector || foo.HasSelector)
        && (!kept.Conditions || Ready.Equals(ReadyOf(foo)));

    /// <summary>All conditions with this one in its place: other writers' are kept.</summary>
    public ImmutableArray<Condition> ConditionsOf(FooSnapshot foo)
    {
        var others = foo.Conditions;
        for (var i = 0; i < others.Length; i++)
        {
            if (others[i].Type == ReadyType)
                return others.SetItem(i, Ready);
        }

        return others.Add(Ready);
    }
}
