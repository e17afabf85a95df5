using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine;

/// <summary>
/// What is known of the object of one name: that it is there, that there is none, or nothing. Immutable: each method returns
/// the knowledge afterwards, which is this same instance when there was nothing new.
/// </summary>
/// <typeparam name="T">The kind of object.</typeparam>
internal sealed record Known<T>
    where T : ResourceSnapshot
{
    /// <summary>Nothing was ever heard of it.</summary>
    public static Known<T> Nothing { get; } = new();

    /// <summary>The newest state that was seen, also of an object that is gone; null when none was ever seen.</summary>
    public T? Last { get; init; }

    /// <summary>Whether there is none, as of the last that was heard.</summary>
    public bool IsAbsent { get; init; }

    /// <summary>Whether it has to be read, because it may have changed unseen, or because what was told is contradictory.</summary>
    public bool IsDoubted { get; init; }

    /// <summary>
    /// Whether the object that this one belongs to was news, or was read, since this was learned. What is not settled may be
    /// another activation's work for a change that this one has not heard of.
    /// </summary>
    public bool IsSettled { get; init; }

    /// <summary>Whether it has to be read before anything is decided about it. Unknown is not absent.</summary>
    public bool IsUnknown => IsDoubted || (Last is null && !IsAbsent);

    /// <summary>The object, when it is known to be there.</summary>
    public T? Object => IsAbsent || IsDoubted ? null : Last;

    /// <summary>The object as it was last seen, unless it is gone; it may be doubted.</summary>
    public T? LastThere => IsAbsent ? null : Last;

    /// <summary>
    /// A feed has seen the object. Within a uid the newer version counts, and a uid that is gone does not come back. A successor
    /// of the same name is newer than everything that was seen of its predecessor.
    /// </summary>
    /// <param name="seen">The object.</param>
    /// <param name="contradicts">
    /// Whether the feed has it for good, and it is not only late. What then contradicts newer knowledge puts that in doubt: versions
    /// go back when etcd is restored from a backup, and objects that were deleted return.
    /// </param>
    public Known<T> See(T seen, bool contradicts = false)
    {
        var same = seen.Uid == Last?.Uid;
        if (same && !IsAbsent && seen.ResourceVersion == Last!.ResourceVersion && !IsDoubted)
            return this;
        if (Last is null || (seen.ResourceVersion >= Last.ResourceVersion && !(same && IsAbsent)))
            return Of(seen);
        return !IsDoubted && (contradicts || (!same && IsAbsent)) ? this with { IsDoubted = true } : this;
    }

    /// <summary>A feed has seen that an object is gone. That says nothing about another uid.</summary>
    public Known<T> Gone(string uid) =>
        Last?.Uid == uid && !IsAbsent ? new Known<T> { Last = Last, IsAbsent = true } : this;

    /// <summary>
    /// The API server has answered a read or a write. The answer is newer than everything that was known when it was asked,
    /// whatever the versions say.
    /// </summary>
    /// <param name="answer">The object, or null when there is none.</param>
    /// <param name="asked">What was known when it was asked: what was seen since may be newer than the answer.</param>
    public Known<T> Answer(T? answer, Known<T> asked)
    {
        var unchanged = ReferenceEquals(Last, asked.Last) && IsAbsent == asked.IsAbsent && IsDoubted == asked.IsDoubted;
        if (!unchanged)
            return answer is null ? this : See(answer);
        if (answer is null)
            return new Known<T> { Last = Last, IsAbsent = true };
        return answer.Uid == Object?.Uid && answer.ResourceVersion == Object.ResourceVersion ? this : Of(answer);
    }

    /// <summary>It has to be read: a write's outcome is unknown, or nobody tells of it.</summary>
    public Known<T> Doubted() => this with { IsDoubted = true };

    private Known<T> Of(T seen) => new()
    {
        Last = seen,
        IsSettled = IsSettled && !IsAbsent && Last?.Uid == seen.Uid && Last.Generation == seen.Generation,
    };
}
