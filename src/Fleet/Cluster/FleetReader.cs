using OrleansOperator.Fleet.Objects;
using OrleansOperator.Fleet.Silos;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Cluster;

/// <summary>What pages and API show, put together from the answers of all silos.</summary>
internal sealed class FleetReader(FleetCluster cluster)
{
    /// <summary>One page of the list.</summary>
    public async Task<FoundPage> ListAsync(ObjectQuery query, CancellationToken cancellationToken)
    {
        var answers = await cluster.AskAsync(silo => silo.List(query), query.Silo, cancellationToken);
        return new FoundPage(
            ObjectPage.Of(query, [.. answers.Answers.Select(answer => answer.Answer)]), answers.Silent,
            [.. answers.Answers.SelectMany(answer => answer.Answer.NotReady.Select(problem => new SiloProblem(answer.Silo.Name, problem)))]);
    }

    /// <summary>All active silos.</summary>
    public Task<FleetAnswers<SiloReport>> SilosAsync(CancellationToken cancellationToken) => cluster.AskAsync(silo => silo.Report(), null, cancellationToken);

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

/// <summary>One page of the list.</summary>
/// <param name="Page">The page.</param>
/// <param name="Silent">The silos that have not answered: their objects are missing.</param>
/// <param name="NotReady">The silos whose feeds have not delivered their first lists: objects may be missing anywhere.</param>
internal sealed record FoundPage(ObjectPage Page, IReadOnlyList<SiloProblem> Silent, IReadOnlyList<SiloProblem> NotReady);

/// <summary>What all silos know of an object.</summary>
/// <param name="Detail">The object; null when no silo that answered holds it.</param>
/// <param name="Runs">Its latest reconciles, newest first.</param>
/// <param name="Silent">The silos that have not answered.</param>
internal sealed record FoundObject(ObjectDetail? Detail, IReadOnlyList<SiloRun> Runs, IReadOnlyList<SiloProblem> Silent);

/// <summary>A reconcile, and the silo that ran it.</summary>
internal sealed record SiloRun(string Silo, RunRecord Run);
