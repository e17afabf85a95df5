namespace OrleansOperator.Grains.Foos;

/// <summary>The API server called what a Foo asks for invalid: the same request cannot succeed.</summary>
/// <param name="Uid">The Foo.</param>
/// <param name="Generation">The generation that asks for it.</param>
/// <param name="Message">What the server said.</param>
[GenerateSerializer, Immutable, Alias("oo.refusal")]
internal sealed record Refusal([property: Id(0)] string Uid, [property: Id(1)] long Generation, [property: Id(2)] string Message);
