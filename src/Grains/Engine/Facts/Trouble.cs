using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>What keeps an object from being synced: requests for it fail, and are retried with back-off.</summary>
/// <param name="Uid">The object.</param>
/// <param name="Since">When the first one failed.</param>
/// <param name="Reason">Why the last one failed; see <see cref="FailureReason"/>.</param>
/// <param name="Message">What the API server said of it, and what there is to do about it.</param>
/// <param name="IsRefusal">Whether the API server refused it, which does not pass by itself in a moment.</param>
internal sealed record Trouble(
    string Uid,
    DateTimeOffset Since,
    string Reason,
    string Message,
    bool IsRefusal)
{
    /// <summary>What passes sooner is not worth a status: conflicts, a restart of the API server.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>The trouble after one more failure.</summary>
    public static Trouble After(Trouble? before, string uid, KubeApiException failure, DateTimeOffset now)
    {
        var reason = FailureReason.Of(failure);
        return Of(before, uid, reason, AccessDiagnosis.Describe(failure) ?? failure.Message, now) with
        {
            IsRefusal = reason is not (FailureReason.ApiServerUnavailable or FailureReason.Conflict),
        };
    }

    /// <summary>The trouble when a reconcile keeps writing and never converges.</summary>
    /// <param name="before">The trouble before.</param>
    /// <param name="uid">The object.</param>
    /// <param name="names">What is written, such as <c>Deployment web or the Foo</c>.</param>
    /// <param name="now">The time.</param>
    public static Trouble Conflicts(Trouble? before, string uid, string names, DateTimeOffset now) =>
        Of(before, uid, FailureReason.Conflict, $"{names} is changed by others faster than it can be written", now);

    /// <summary>Whether it has lasted long enough to be told.</summary>
    public bool IsDue(DateTimeOffset now) => IsRefusal || now - Since >= Patience;

    private static Trouble Of(Trouble? before, string uid, string reason, string message, DateTimeOffset now) =>
        new(uid, before?.Uid == uid ? before.Since : now, reason, message, IsRefusal: false);
}
