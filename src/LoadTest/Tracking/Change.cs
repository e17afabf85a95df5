using OrleansOperator.LoadTest.Objects;

namespace OrleansOperator.LoadTest.Tracking;

/// <summary>What somebody does to a Foo or its Deployment.</summary>
internal enum ChangeKind
{
    /// <summary>The Foo is created.</summary>
    Create,

    /// <summary>The Foo's replicas change.</summary>
    Scale,

    /// <summary>The Deployment's replicas are edited by hand.</summary>
    Drift,

    /// <summary>The Deployment is deleted by hand.</summary>
    Lose,

    /// <summary>The Foo is deleted.</summary>
    Delete,
}

/// <summary>One change and when the cluster followed. Times are timestamps of the clock, 0 for what has not happened.</summary>
internal sealed class Change(ChangeSet set, ChangeKind kind, FooKey key, long due)
{
    /// <summary>The changes it is one of.</summary>
    public ChangeSet Set => set;

    /// <summary>What is done.</summary>
    public ChangeKind Kind => kind;

    /// <summary>To which Foo.</summary>
    public FooKey Key => key;

    /// <summary>When it was due.</summary>
    public long Due => due;

    /// <summary>When it was sent.</summary>
    public long Sent { get; set; }

    /// <summary>When the API server had accepted it.</summary>
    public long Accepted { get; set; }

    /// <summary>When the Deployment was seen as wanted; for a deletion, when the Foo was gone.</summary>
    public long Followed { get; set; }

    /// <summary>When the Foo was seen with a status that says so; for a deletion, when the Deployment was gone.</summary>
    public long Ready { get; set; }

    /// <summary>Why the API server refused it; null when it did not.</summary>
    public string? Refused { get; set; }

    /// <summary>The version at which what was changed by hand was changed: only what comes after it counts.</summary>
    public long Version { get; set; }

    /// <summary>An earlier change of the same Foo that was not ready when this one was made: it is when this one is.</summary>
    public Change? Before { get; set; }

    /// <summary>The replicas that the Foo's spec had before.</summary>
    public int WantedBefore { get; set; }

    /// <summary>The Deployment that was deleted by hand.</summary>
    public string LostUid { get; set; } = "";
}
