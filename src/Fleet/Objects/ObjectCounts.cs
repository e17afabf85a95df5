namespace OrleansOperator.Fleet.Objects;

/// <summary>How many objects there are in each state.</summary>
[GenerateSerializer, Immutable, Alias("oo.fleet-counts")]
public readonly record struct ObjectCounts(
    [property: Id(0)] int Failing, [property: Id(1)] int Stalled, [property: Id(2)] int Deleting, [property: Id(3)] int NotReady, [property: Id(4)] int Ready)
{
    /// <summary>All of them.</summary>
    public int Total => Failing + Stalled + Deleting + NotReady + Ready;

    /// <summary>Those in one state.</summary>
    public int this[ObjectState state] => state switch
    {
        ObjectState.Failing => Failing,
        ObjectState.Stalled => Stalled,
        ObjectState.Deleting => Deleting,
        ObjectState.NotReady => NotReady,
        _ => Ready,
    };

    /// <summary>One more in a state.</summary>
    public ObjectCounts With(ObjectState state) => state switch
    {
        ObjectState.Failing => this with { Failing = Failing + 1 },
        ObjectState.Stalled => this with { Stalled = Stalled + 1 },
        ObjectState.Deleting => this with { Deleting = Deleting + 1 },
        ObjectState.NotReady => this with { NotReady = NotReady + 1 },
        _ => this with { Ready = Ready + 1 },
    };

    /// <summary>Both together.</summary>
    public ObjectCounts Plus(ObjectCounts other) =>
        new(Failing + other.Failing, Stalled + other.Stalled, Deleting + other.Deleting, NotReady + other.NotReady, Ready + other.Ready);
}
