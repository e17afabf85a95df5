namespace OrleansOperator.Grains.Engine.Journal;

/// <summary>One step of a reconcile.</summary>
/// <param name="Plan">What was to be done.</param>
/// <param name="Why">Why.</param>
/// <param name="Requests">The requests that it took.</param>
[GenerateSerializer, Immutable, Alias("oo.run-step")]
public sealed record RunStep([property: Id(0)] string Plan, [property: Id(1)] string Why, [property: Id(2)] IReadOnlyList<RunRequest> Requests);
