using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Objects;

/// <summary>What a list can be sorted by.</summary>
internal static class RowSort
{
    public const string State = "state";
    public const string Kind = "kind";
    public const string Namespace = "namespace";
    public const string Name = "name";
    public const string Reason = "reason";
    public const string Silo = "silo";
    public const string Reconciled = "reconciled";
    public const string Took = "took";
    public const string Failures = "failures";
    public const string Retry = "retry";

    private static readonly string[] Fixed = [State, Kind, Namespace, Name, Reason, Silo, Reconciled, Took, Failures, Retry];

    /// <summary>Everything that can be sorted by, the controllers' own columns included.</summary>
    public static IEnumerable<string> All(FleetKinds kinds) => Fixed.Concat(kinds.Columns.Select(column => column.Id));

    /// <summary>What an object is sorted by. What has no value comes before what has one.</summary>
    public static (long Number, string Text) Of(
        string sort, FleetKind kind, ResourceSnapshot snapshot, Condition? ready, ReconcileStatus status, ObjectState state, string silo)
    {
        return sort switch
        {
            State => ((long)state, ""),
            Kind => (0, kind.Resource.Kind),
            Name => (0, snapshot.Key.Name),
            Namespace => (0, snapshot.Key.Namespace),
            Silo => (0, silo),
            Reason => (0, ready?.Reason ?? ""),
            Reconciled => (status.Started.Ticks, ""),
            Took => (status.Started == default ? -1 : status.IsRunning ? long.MaxValue : status.Took.Ticks, ""),
            Failures => (status.Failures, ""),
            Retry => (status.Due.Ticks, ""),
            _ => OfColumn(sort, kind, snapshot),
        };
    }

    private static (long Number, string Text) OfColumn(string sort, FleetKind kind, ResourceSnapshot snapshot)
    {
        foreach (var column in kind.Columns)
        {
            if (column.Id == sort)
                return column.Value(snapshot) is { IsEmpty: false } value ? (value.Number ?? 0, value.Text ?? "") : (long.MinValue, "");
        }

        return (long.MinValue, "");
    }
}
