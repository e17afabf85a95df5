namespace OrleansOperator.WatchIngest.Health;

/// <summary>How a feed that this silo runs is doing.</summary>
/// <param name="Id">The feed.</param>
/// <param name="Objects">How many objects it holds.</param>
/// <param name="Delivers">Whether this silo delivers it to the grains; else it is kept warm, for when the silo that does goes.</param>
/// <param name="Age">How long ago the API server was last heard: a list, a change or a bookmark.</param>
/// <param name="Lag">How long the oldest change that no grain has acknowledged has been waiting.</param>
/// <param name="NotReady">Why it is not ready; null when it is.</param>
[GenerateSerializer, Immutable, Alias("oo.feed-status")]
public sealed record FeedStatus(
    [property: Id(0)] string Id,
    [property: Id(1)] int Objects,
    [property: Id(2)] bool Delivers,
    [property: Id(3)] TimeSpan Age,
    [property: Id(4)] TimeSpan Lag,
    [property: Id(5)] string? NotReady);
