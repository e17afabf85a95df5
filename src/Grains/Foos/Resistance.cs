namespace OrleansOperator.Grains.Foos;

/// <summary>Admission in the cluster changes what is written, so that a difference never goes.</summary>
/// <param name="Uid">The Deployment.</param>
/// <param name="DeploymentGeneration">Its generation after the write: when it moves, someone else has changed it.</param>
/// <param name="FooGeneration">The generation of the Foo that was written for.</param>
/// <param name="Times">How often it was tried.</param>
/// <param name="RetryAt">When it is tried again.</param>
internal sealed record Resistance(
    string Uid,
    long DeploymentGeneration,
    long FooGeneration,
    int Times,
    DateTimeOffset RetryAt);
