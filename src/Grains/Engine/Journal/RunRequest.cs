namespace OrleansOperator.Grains.Engine.Journal;

/// <summary>One request of a reconcile to the API server.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Body">What was sent, cut after <see cref="ReconcileRun.LongestBody"/>; empty for Secrets, whose content belongs on no page.</param>
/// <param name="Code">The HTTP status of an error; null for a success, and when no answer came.</param>
/// <param name="Answer">What came back, in a few words.</param>
/// <param name="Failed">Whether it was refused or not answered.</param>
/// <param name="Took">How long it took, including the wait for this silo's request limit.</param>
[GenerateSerializer, Immutable, Alias("oo.run-request")]
public sealed record RunRequest(
    [property: Id(0)] string Method,
    [property: Id(1)] string Path,
    [property: Id(2)] byte[] Body,
    [property: Id(3)] int? Code,
    [property: Id(4)] string Answer,
    [property: Id(5)] bool Failed,
    [property: Id(6)] TimeSpan Took);
