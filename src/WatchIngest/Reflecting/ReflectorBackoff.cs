namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>
/// How long a reflector waits after a failure: 800 ms doubling to 30 s, each up to as much again at random, so that silos do
/// not come back all at once (client-go's values), but no longer than 4 s while no answer comes. Some time of health resets it.
/// </summary>
internal sealed class ReflectorBackoff(TimeProvider clock, Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(800);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>A server that does not answer has nothing to be spared, and is to be missed no longer than it is away.</summary>
    private static readonly TimeSpan LongestUnanswered = TimeSpan.FromSeconds(4);

    /// <summary>
    /// Watches that the server closes at once are failures too, if they last shorter than this.
    /// </summary>
    private static readonly TimeSpan HealthyFor = TimeSpan.FromMinutes(2);

    private int _failures;
    private long _lastFailure;

    /// <summary>The wait after one more failure.</summary>
    /// <param name="unanswered">Whether no answer came at all.</param>
    public TimeSpan Next(bool unanswered = false)
    {
        if (_failures > 0 && clock.GetElapsedTime(_lastFailure) > HealthyFor)
            _failures = 0;
        _lastFailure = clock.GetTimestamp();
        var wait = Math.Min(First.TotalMilliseconds * Math.Pow(2, Math.Min(_failures++, 20)), (unanswered ? LongestUnanswered : Longest).TotalMilliseconds);
        return TimeSpan.FromMilliseconds(wait * (1 + random.NextDouble()));
    }

    /// <summary>Forgets the failures.</summary>
    public void Reset() => _failures = 0;
}
