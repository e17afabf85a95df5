namespace OrleansOperator.Fleet.Cluster;

/// <summary>What the silos have answered to one question.</summary>
/// <param name="Answers">The answers.</param>
/// <param name="Silent">The silos that have not answered.</param>
internal sealed record FleetAnswers<T>(IReadOnlyList<(ClusterMember Silo, T Answer)> Answers, IReadOnlyList<SilentSilo> Silent);

/// <summary>A silo that has not answered.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Problem">Why not.</param>
internal sealed record SilentSilo(string Name, string Problem);
