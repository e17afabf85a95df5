namespace OrleansOperator.Grains.Foos;

/// <summary>A reason that an Event has given for a generation of a Foo.</summary>
/// <param name="Uid">The Foo.</param>
/// <param name="Generation">The generation.</param>
/// <param name="Reason">The reason.</param>
[GenerateSerializer, Immutable, Alias("oo.reported")]
internal sealed record ReportedReason([property: Id(0)] string Uid, [property: Id(1)] long Generation, [property: Id(2)] string Reason);
