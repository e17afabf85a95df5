using System.Collections.Immutable;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Objects;

/// <summary>What one silo holds of an object, beyond its row.</summary>
/// <param name="Row">The row.</param>
/// <param name="Uid">metadata.uid.</param>
/// <param name="Generation">metadata.generation; 0 for kinds without one.</param>
/// <param name="ResourceVersion">metadata.resourceVersion as last seen.</param>
/// <param name="Conditions">Its status conditions.</param>
/// <param name="Checked">When it was last compared with what it should be; null when it was not yet.</param>
/// <param name="Outcome">How that ended.</param>
[GenerateSerializer, Immutable, Alias("oo.fleet-detail")]
public sealed record ObjectDetail(
    [property: Id(0)] ObjectRow Row,
    [property: Id(1)] string Uid,
    [property: Id(2)] long Generation,
    [property: Id(3)] long ResourceVersion,
    [property: Id(4)] ImmutableArray<Condition> Conditions,
    [property: Id(5)] DateTimeOffset? Checked,
    [property: Id(6)] OutcomeKind Outcome);

/// <summary>What one silo knows of an object: one that held it before still has the decisions that it made.</summary>
/// <param name="Detail">The object; null when this silo does not hold it.</param>
/// <param name="Runs">Its latest reconciles on this silo, newest first.</param>
[GenerateSerializer, Immutable, Alias("oo.fleet-finding")]
public sealed record ObjectFinding([property: Id(0)] ObjectDetail? Detail, [property: Id(1)] IReadOnlyList<RunRecord> Runs);
