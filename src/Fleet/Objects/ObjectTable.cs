using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Objects;

/// <summary>
/// The objects of one silo as a table: each query looks at every one of them once and keeps only the rows of its page. Nothing
/// is kept between queries, and no grain is called.
/// </summary>
internal static class ObjectTable
{
    /// <summary>A condition's message may have 32,768 characters, more than a row can show.</summary>
    private const int LongestMessage = 500;

    /// <summary>This silo's part of a page.</summary>
    /// <param name="views">The objects.</param>
    /// <param name="kinds">Their kinds.</param>
    /// <param name="query">What is asked for.</param>
    /// <param name="silo">Name of the silo.</param>
    public static ObjectPart Select(IEnumerable<IReconcilerView> views, FleetKinds kinds, ObjectQuery query, string silo)
    {
        var order = new RowOrder(query.Descending, query.Backwards);
        var words = new SearchWords(query.Search);

        // The worst of the rows that are kept comes first, to make way for a better one.
        var page = new PriorityQueue<Candidate, RowKey>(query.Limit, Comparer<RowKey>.Create((x, y) => order.Compare(y, x)));
        var counts = new ObjectCounts();
        var (matched, passed) = (0, 0);
        foreach (var view in views)
        {
            if (kinds.Find(view.Controller) is not { } kind || view.Snapshot is not { } snapshot
                || (query.Controller is not null && query.Controller != kind.Controller)
                || (query.Namespace is not null && query.Namespace != snapshot.Key.Namespace))
            {
                continue;
            }

            var (ready, status) = (kind.Ready(snapshot), view.Status);
            if (!words.Find(snapshot.Key.Namespace, snapshot.Key.Name, ready?.Reason, ready?.Message, status.Problem))
                continue;
            var state = ObjectStates.Of(snapshot, ready, status);
            counts = counts.With(state);
            if (query.State is { } wanted && wanted != state)
                continue;

            matched++;
            var (number, text) = RowSort.Of(query.Sort, kind, snapshot, ready, status, state, silo);
            var key = new RowKey(number, text, snapshot.Key.Namespace, snapshot.Key.Name, kind.Controller, silo);
            if (query.From is { } from && order.Compare(key, from) <= 0)
                passed++;
            else if (page.Count < query.Limit)
                page.Enqueue(new Candidate(kind, snapshot, ready, status, state), key);
            else
                page.EnqueueDequeue(new Candidate(kind, snapshot, ready, status, state), key);
        }

        var rows = new ObjectRow[page.Count];
        for (var i = rows.Length - 1; page.TryDequeue(out var candidate, out var key); i--)
            rows[i] = Row(candidate, key);
        return new ObjectPart(rows, counts, matched, passed);
    }

    /// <summary>How many objects there are in each state.</summary>
    public static ObjectCounts Count(IEnumerable<IReconcilerView> views, FleetKinds kinds)
    {
        var counts = new ObjectCounts();
        foreach (var view in views)
        {
            if (kinds.Find(view.Controller) is { } kind && view.Snapshot is { } snapshot)
                counts = counts.With(ObjectStates.Of(snapshot, kind.Ready(snapshot), view.Status));
        }

        return counts;
    }

    /// <summary>All that is known of one object; null when it is not known.</summary>
    public static ObjectDetail? Find(IReconcilerView view, FleetKind kind, string silo)
    {
        if (view.Snapshot is not { } snapshot)
            return null;
        var (ready, status) = (kind.Ready(snapshot), view.Status);
        var row = Row(
            new Candidate(kind, snapshot, ready, status, ObjectStates.Of(snapshot, ready, status)),
            new RowKey(0, "", snapshot.Key.Namespace, snapshot.Key.Name, kind.Controller, silo));
        return new ObjectDetail(
            row, snapshot.Uid, snapshot.Generation, snapshot.ResourceVersion, kind.Conditions(snapshot), status.Checked == default ? null : status.Checked, status.Outcome);
    }

    private static ObjectRow Row(Candidate candidate, RowKey key)
    {
        var (kind, snapshot, ready, status, state) = candidate;
        return new ObjectRow
        {
            Position = key,
            Controller = kind.Controller,
            Kind = kind.Resource.Kind,
            Key = snapshot.Key,
            Silo = key.Silo,
            State = state,
            Ready = ready?.Status,
            ReadyIsOutdated = ready is not null && ObjectStates.IsOutdated(snapshot.Generation, ready),
            Reason = ready?.Reason ?? "",
            Message = Cut(ready?.Message ?? ""),
            Columns = [.. kind.Columns.Select(column => column.Value(snapshot))],
            Reconciled = status.Started == default ? null : status.Started,
            Took = status.Started == default || status.IsRunning ? null : status.Took,
            Failures = status.Failures,
            Retry = status.Due == default ? null : status.Due,
            Problem = status.Problem,
        };
    }

    private static string Cut(string message) => message.Length <= LongestMessage ? message : string.Concat(message.AsSpan(0, LongestMessage - 1), "…");

    private readonly record struct Candidate(FleetKind Kind, ResourceSnapshot Snapshot, Condition? Ready, ReconcileStatus Status, ObjectState State);
}
