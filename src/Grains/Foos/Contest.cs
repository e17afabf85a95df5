using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Foos;

/// <summary>
/// Repairs of one Deployment, made one soon after the other: another writer changes back what is put back. The first few are made
/// at once, as for a user who tries something; then the waits grow, so that two controllers do not fight at the speed of the network.
/// </summary>
/// <param name="Uid">The Deployment.</param>
/// <param name="FooGeneration">The generation of the Foo that it is brought to.</param>
/// <param name="Repairs">How many repairs there were in a row.</param>
/// <param name="RepairedAt">When the last one was made.</param>
/// <param name="RetryAt">Before when no other one is made.</param>
/// <param name="Fields">What is changed back.</param>
/// <param name="Manager">The field manager that does, if it is known.</param>
internal sealed record Contest(
    string Uid,
    long FooGeneration,
    int Repairs,
    DateTimeOffset RepairedAt,
    DateTimeOffset RetryAt,
    string Fields,
    string? Manager)
{
    /// <summary>So many repairs are made without a wait between them.</summary>
    public const int Free = 3;

    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(10);

    /// <summary>A repair that holds for longer than this is the last one in its row.</summary>
    private static readonly TimeSpan InARow = TimeSpan.FromMinutes(5);

    /// <summary>How long a repair has to hold until the contest is called over. Between the rounds of a fight the status stays as it is.</summary>
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(30);

    /// <summary>Until when a repair that holds is not yet trusted.</summary>
    public DateTimeOffset OverAt => Repairs > Free ? RepairedAt + Calm : RepairedAt;

    /// <summary>Whether it is about this Deployment and what this Foo says.</summary>
    public bool IsOf(FooSnapshot foo, DeploymentSnapshot deployment) => Uid == deployment.Uid && FooGeneration == foo.Generation;

    /// <summary>How many repairs in a row another one would be.</summary>
    public static int Next(Contest? before, FooSnapshot foo, DeploymentSnapshot deployment, DateTimeOffset now) =>
        before is not null && before.IsOf(foo, deployment) ? (now <= before.RetryAt + InARow ? before.Repairs + 1 : 1)
        : FooStatus.ReadyOf(foo) is { Reason: FooReasons.Contended } ready && ready.ObservedGeneration == foo.Generation ? Free + 1
        : 1;

    /// <summary>The contest after one more repair.</summary>
    public static Contest After(Contest? before, FooSnapshot foo, FooPlan.Patch repair, string? manager, DateTimeOffset now, TimeSpan longest)
    {
        var repairs = Next(before, foo, repair.Deployment, now);
        var wait = repairs < Free ? TimeSpan.Zero : Backoff.After(repairs - Free + 1, FirstWait, longest);
        var named = before is not null && repairs > Free;
        return new Contest(
            repair.Deployment.Uid, foo.Generation, repairs, now, now + wait, named ? before!.Fields : repair.Fields, (named ? before!.Manager : null) ?? manager);
    }

    /// <summary>What is said of it.</summary>
    public string Message(DeploymentSnapshot deployment) =>
        $"Deployment {deployment.Key.Name} is contended: {Manager ?? "another writer"} keeps changing {Fields}";
}
