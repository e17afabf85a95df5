namespace OrleansOperator.Clustering.Kubernetes.Evictions;

/// <summary>Why a silo was declared dead by another; it stays in the row of the dead one.</summary>
/// <param name="Cause">One of <see cref="EvictionCause"/>.</param>
/// <param name="By">The silo that wrote it, in Orleans' parsable form.</param>
/// <param name="Evidence">What was seen, for people.</param>
/// <param name="Time">When, by the API server's clock.</param>
internal sealed record Eviction(string Cause, string By, string Evidence, DateTime Time);
