namespace OrleansOperator.Grains.Foos;

/// <summary>A reason that an Event has given for a generation of a Foo.</summary>
/// <param name="Uid">The Foo.</param>
/// <param name="Generation">The generation.</param>
/// <param name="Reason">The reason.</param>
internal sealed record ReportedReason(string Uid, long Generation, string Reason);
