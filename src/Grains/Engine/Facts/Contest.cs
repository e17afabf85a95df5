using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>
/// Repairs of one owned object, made one soon after the other: another writer changes back what is put back. The first few are made
/// at once, as for a user who tries something; then the waits grow, so that two controllers do not fight at the speed of the network.
/// </summary>
/// <param name="Uid">The owned object.</param>
/// <param name="OwnerGeneration">The generation of the owner that it is brought to.</param>
/// <param name="Repairs">How many repairs there were in a row.</param>
/// <param name="RepairedAt">When the last one was made.</param>
/// <param name="RetryAt">Before when no other one is made.</param>
/// <param name="Fields">What is changed back.</param>
/// <param name="Manager">The field manager that does, if it is known.</param>
internal sealed record Contest(
    string Uid,
    long OwnerGeneration,
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

    /// <summary>Whether it is about this object and what its owner says.</summary>
    public bool IsOf(ReconciledSnapshot owner, ResourceSnapshot owned) => Uid == owned.Uid && OwnerGeneration == owner.Generation;

    /// <summary>How many repairs in a row another one would be.</summary>
    public static int Next(Contest? before, ReconciledSnapshot owner, ResourceSnapshot owned, DateTimeOffset now) =>
        before is not null && before.IsOf(owner, owned) ? (now <= before.RetryAt + InARow ? before.Repairs + 1 : 1)
        : DesiredStatus.ReadyOf(owner) is { Reason: EngineReasons.Contended } ready && ready.ObservedGeneration == owner.Generation ? Free + 1
        : 1;

    /// <summary>The contest after one more repair.</summary>
    public static Contest After(Contest? before, ReconciledSnapshot owner, ResourceSnapshot owned, Difference repair, string? manager, DateTimeOffset now, TimeSpan longest)
    {
        var repairs = Next(before, owner, owned, now);
        var wait = repairs < Free ? TimeSpan.Zero : Backoff.After(repairs - Free + 1, FirstWait, longest);
        var named = before is not null && repairs > Free;
        return new Contest(
            owned.Uid, owner.Generation, repairs, now, now + wait, named ? before!.Fields : repair.Fields, (named ? before!.Manager : null) ?? manager);
    }

    /// <summary>What is said of it.</summary>
    public string Message(ChildKey child) =>
        $"{child} is contended: {Manager ?? "another writer"} keeps changing {Fields}";
}
