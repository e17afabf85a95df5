namespace OrleansOperator.Grains.Engine;

/// <summary>A controller that this silo runs, known before its first object is: its metrics begin at zero.</summary>
/// <param name="Name">Its name, in metrics and logs: a short lower-case word, such as the kind.</param>
public sealed record RegisteredController(string Name);
