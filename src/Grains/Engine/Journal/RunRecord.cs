using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Journal;

/// <summary>One reconcile: what was planned and why, what was asked of the API server, and what it answered.</summary>
/// <param name="Controller">The controller.</param>
/// <param name="Key">The object.</param>
/// <param name="Started">When it started.</param>
/// <param name="Took">How long it took, waiting for its turn not counted.</param>
/// <param name="Steps">What was done, in order.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Due">When the next attempt is due; null when the object waits for a change.</param>
/// <param name="Problem">Why it failed, if the failure is an exception.</param>
[GenerateSerializer, Immutable, Alias("oo.run")]
public sealed record RunRecord(
    [property: Id(0)] string Controller,
    [property: Id(1)] ObjectKey Key,
    [property: Id(2)] DateTimeOffset Started,
    [property: Id(3)] TimeSpan Took,
    [property: Id(4)] IReadOnlyList<RunStep> Steps,
    [property: Id(5)] OutcomeKind Outcome,
    [property: Id(6)] DateTimeOffset? Due,
    [property: Id(7)] string? Problem)
{
    // An object, its fields and the slack of its lists, roughly.
    private const int Overhead = 150;

    /// <summary>About how much memory it takes, in bytes.</summary>
    internal int Size => Overhead + Length(Problem) + Steps.Sum(static step =>
        Overhead + Length(step.Plan) + Length(step.Why)
        + step.Requests.Sum(static request => Overhead + Length(request.Path) + Length(request.Answer) + request.Body.Length));

    private static int Length(string? text) => 2 * (text?.Length ?? 0);
}
