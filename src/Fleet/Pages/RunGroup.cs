using OrleansOperator.Fleet.Cluster;

namespace OrleansOperator.Fleet.Pages;

/// <summary>Reconciles one after the other that came to the same: an object that fails for an hour is shown in one place.</summary>
/// <param name="Latest">The latest of them.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Since">When the first of them started.</param>
internal sealed record RunGroup(SiloRun Latest, int Count, DateTimeOffset Since)
{
    /// <summary>Groups reconciles that are sorted newest first.</summary>
    public static IReadOnlyList<RunGroup> Of(IEnumerable<SiloRun> runs)
    {
        var groups = new List<RunGroup>();
        foreach (var run in runs)
        {
            if (groups is [.., var last] && Same(last.Latest, run))
                groups[^1] = last with { Count = last.Count + 1, Since = run.Run.Started };
            else
                groups.Add(new RunGroup(run, 1, run.Run.Started));
        }

        return groups;
    }

    private static bool Same(SiloRun x, SiloRun y) =>
        x.Silo == y.Silo && x.Run.Outcome == y.Run.Outcome && x.Run.Problem == y.Run.Problem && x.Run.Steps.Count == y.Run.Steps.Count
        && x.Run.Steps.Zip(y.Run.Steps).All(pair =>
            pair.First.Plan == pair.Second.Plan && pair.First.Why == pair.Second.Why && pair.First.Requests.Count == pair.Second.Requests.Count
            && pair.First.Requests.Zip(pair.Second.Requests).All(requests =>
                requests.First.Method == requests.Second.Method && requests.First.Path == requests.Second.Path && requests.First.Code == requests.Second.Code
                && requests.First.Failed == requests.Second.Failed));
}
