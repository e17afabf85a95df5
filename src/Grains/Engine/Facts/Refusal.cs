namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>The API server called what an object asks for invalid: the same request cannot succeed.</summary>
/// <param name="Uid">The object.</param>
/// <param name="Generation">The generation that asks for it.</param>
/// <param name="Kind">The kind of what was to be written, such as <c>Deployment</c>.</param>
/// <param name="Message">What the server said.</param>
internal sealed record Refusal(string Uid, long Generation, string Kind, string Message);
