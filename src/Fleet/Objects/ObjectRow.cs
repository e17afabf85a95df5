using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Objects;

/// <summary>What a list shows of one object.</summary>
[GenerateSerializer, Immutable, Alias("oo.fleet-row")]
public sealed record ObjectRow
{
    /// <summary>Where it stands in the order that was asked for.</summary>
    [Id(0)] public required RowKey Position { get; init; }

    /// <summary>Its controller.</summary>
    [Id(1)] public required string Controller { get; init; }

    /// <summary>Its kind.</summary>
    [Id(2)] public required string Kind { get; init; }

    /// <summary>Its namespace and name.</summary>
    [Id(3)] public required ObjectKey Key { get; init; }

    /// <summary>The silo that holds it.</summary>
    [Id(4)] public required string Silo { get; init; }

    /// <summary>How it stands.</summary>
    [Id(5)] public required ObjectState State { get; init; }

    /// <summary>Status of its Ready condition; null when it has none.</summary>
    [Id(6)] public string? Ready { get; init; }

    /// <summary>Whether its Ready condition is about an earlier generation.</summary>
    [Id(7)] public bool ReadyIsOutdated { get; init; }

    /// <summary>Reason of its Ready condition.</summary>
    [Id(8)] public string Reason { get; init; } = "";

    /// <summary>Message of its Ready condition.</summary>
    [Id(9)] public string Message { get; init; } = "";

    /// <summary>The values of its kind's columns, in their order.</summary>
    [Id(10)] public IReadOnlyList<FleetValue> Columns { get; init; } = [];

    /// <summary>When the last reconcile with something to do started; null when this silo has seen none.</summary>
    [Id(11)] public DateTimeOffset? Reconciled { get; init; }

    /// <summary>How long it took; null while it runs.</summary>
    [Id(12)] public TimeSpan? Took { get; init; }

    /// <summary>How many reconciles in a row have failed.</summary>
    [Id(13)] public int Failures { get; init; }

    /// <summary>When the next attempt is due; null when the object waits for a change.</summary>
    [Id(14)] public DateTimeOffset? Retry { get; init; }

    /// <summary>Why the last reconcile failed.</summary>
    [Id(15)] public string? Problem { get; init; }

    /// <summary>Whether a reconcile is under way.</summary>
    public bool IsRunning => Reconciled is not null && Took is null;
}
