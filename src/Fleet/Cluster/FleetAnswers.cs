namespace OrleansOperator.Fleet.Cluster;

/// <summary>What the silos have answered to one question.</summary>
/// <param name="Answers">The answers.</param>
/// <param name="Silent">The silos that have not answered.</param>
internal sealed record FleetAnswers<T>(IReadOnlyList<(ClusterMember Silo, T Answer)> Answers, IReadOnlyList<SiloProblem> Silent);

/// <summary>What is wrong with a silo.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Problem">What is wrong.</param>
internal sealed record SiloProblem(string Name, string Problem);
