namespace OrleansOperator.Grains.Foos;

/// <summary>The API server called what a Foo asks for invalid: the same request cannot succeed.</summary>
/// <param name="Uid">The Foo.</param>
/// <param name="Generation">The generation that asks for it.</param>
/// <param name="Message">What the server said.</param>
internal sealed record Refusal(string Uid, long Generation, string Message);
