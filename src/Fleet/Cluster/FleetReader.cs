using OrleansOperator.Fleet.Objects;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Cluster;

/// <summary>What pages and API show, put together from the answers of all silos.</summary>
internal sealed class FleetReader(FleetCluster cluster)
{
    /// <summary>One page of the list.</summary>
    public async Task<(ObjectPage Page, IReadOnlyList<SilentSilo> Silent)> ListAsync(ObjectQuery query, CancellationToken cancellationToken)
    {
        var answers = await cluster.AskAsync(silo => silo.List(query), query.Silo, cancellationToken);
        return (ObjectPage.Of(query, [.. answers.Answers.Select(answer => answer.Answer)]), answers.Silent);
    }

    /// <summary>One object. While a grain moves, two silos may hold it: the newer version counts.</summary>
    public async Task<FoundObject> FindAsync(string controller, ObjectKey key, CancellationToken cancellationToken)
    {
        var answers = await cluster.AskAsync(silo => silo.Find(controller, key), null, cancellationToken);
        return new FoundObject(
            answers.Answers.Select(answer => answer.Answer.Detail).MaxBy(detail => detail?.ResourceVersion),
            [.. answers.Answers.SelectMany(answer => answer.Answer.Runs.Select(run => new SiloRun(answer.Silo.Name, run))).OrderByDescending(run => run.Run.Started)],
            answers.Silent);
    }
}

/// <summary>What all silos know of an object.</summary>
/// <param name="Detail">The object; null when no silo that answered holds it.</param>
/// <param name="Runs">Its latest reconciles, newest first.</param>
/// <param name="Silent">The silos that have not answered.</param>
internal sealed record FoundObject(ObjectDetail? Detail, IReadOnlyList<SiloRun> Runs, IReadOnlyList<SilentSilo> Silent);

/// <summary>A reconcile, and the silo that ran it.</summary>
internal sealed record SiloRun(string Silo, RunRecord Run);
