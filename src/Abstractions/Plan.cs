using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator;

/// <summary>
/// What an object calls for: the objects that it owns and its status. Everything that is wanted is said each time; what is not said
/// is left alone.
/// </summary>
public sealed class Plan
{
    private Plan(IReadOnlyList<ResourceSnapshot> wanted) => Wanted = wanted;

    /// <summary>The objects that are to be there, in the order in which they are written.</summary>
    public IReadOnlyList<ResourceSnapshot> Wanted { get; }

    /// <summary>The kinds of which nothing is to be left but what is wanted.</summary>
    public IReadOnlyList<Type> Pruned { get; private set; } = [];

    /// <summary>The fields of the status, if they are to be written.</summary>
    public object? WantedStatus { get; private set; }

    /// <summary>The Ready condition; null for the engine's own.</summary>
    public Condition? Readiness { get; private set; }

    /// <summary>The other conditions.</summary>
    public IReadOnlyList<Condition> Conditions { get; private set; } = [];

    /// <summary>Whether nothing can be done before the object changes.</summary>
    public bool IsStalled { get; private init; }

    /// <summary>Whether an Event tells that it is stalled.</summary>
    public bool IsTold { get; private init; } = true;

    /// <summary>After which time the reconciler is called again; null for not before something changes.</summary>
    public TimeSpan? RequeueAfter { get; private set; }

    /// <summary>
    /// These objects are to be there, each with the fields that are set; null leaves a field to others. They are created where they
    /// are missing, and patched where they differ.
    /// </summary>
    /// <param name="objects">The objects; their kinds must be registered as owned.</param>
    public static Plan Want(params ReadOnlySpan<ResourceSnapshot> objects) => new(objects.ToArray());

    /// <summary>Nothing can be done before the object changes, most often because it says something that cannot be. What it owns is left as it is.</summary>
    /// <param name="ready">What is wrong, and the remedy; <see cref="Ready.False"/>.</param>
    /// <param name="tell">Whether an Event tells it too.</param>
    public static Plan Stall(Condition ready, bool tell = true) => new Plan([]) { IsStalled = true, IsTold = tell }.Condition(ready);

    /// <summary>What is owned of a kind and not wanted is deleted, as soon as everything wanted is there.</summary>
    /// <typeparam name="T">The kind.</typeparam>
    public Plan Prune<T>()
        where T : ResourceSnapshot
    {
        Pruned = [.. Pruned, typeof(T)];
        return this;
    }

    /// <summary>The status is to have these fields. What is null is left alone.</summary>
    /// <param name="status">An object of the kind's type of status.</param>
    public Plan Status(object status)
    {
        ArgumentNullException.ThrowIfNull(status);
        WantedStatus = status;
        return this;
    }

    /// <summary>The status is to have this condition. The engine says on its own what keeps an object from being synced, as Ready.</summary>
    /// <param name="condition">The condition; <see cref="Ready"/> makes the one that every object has.</param>
    public Plan Condition(Condition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        if (condition.Type == Ready.Type)
            Readiness = condition;
        else
            Conditions = [.. Conditions, condition];
        return this;
    }

    /// <summary>Looks at the object again after a time, as often as it is said.</summary>
    /// <param name="after">The time; above zero.</param>
    public Plan Requeue(TimeSpan after)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(after, TimeSpan.Zero);
        RequeueAfter = after;
        return this;
    }
}
