namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>A reason that an Event has given for a generation of an object.</summary>
/// <param name="Uid">The object.</param>
/// <param name="Generation">The generation.</param>
/// <param name="Reason">The reason.</param>
internal sealed record ReportedReason(string Uid, long Generation, string Reason);
