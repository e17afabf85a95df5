namespace OrleansOperator.KubeApi.Limits;

/// <summary>
/// A token bucket that is told the time. The framework's TokenBucketRateLimiter takes the time from the machine's clock and
/// a timer of its own, and is too big to keep one per object.
/// </summary>
internal struct TokenBucket
{
    private readonly double _perSecond;
    private readonly int _burst;
    private double _tokens;
    private DateTimeOffset _at;

    /// <summary>A full bucket.</summary>
    public TokenBucket(double perSecond, int burst, DateTimeOffset now)
    {
        _perSecond = perSecond;
        _burst = burst;
        _tokens = burst;
        _at = now;
    }

    public bool TryTake(DateTimeOffset now)
    {
        Refill(now);
        if (_tokens < 1)
            return false;

        _tokens -= 1;
        return true;
    }

    /// <summary>How long until there is a token; zero when there is one.</summary>
    public TimeSpan Wait(DateTimeOffset now)
    {
        Refill(now);
        // Rounded up: a timer that fires a tick early would find no token.
        return _tokens >= 1 ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling((1 - _tokens) / _perSecond * 1000));
    }

    private void Refill(DateTimeOffset now)
    {
        // A clock set back gives nothing and takes nothing.
        if (now > _at)
            _tokens = Math.Min(_burst, _tokens + (now - _at).TotalSeconds * _perSecond);

        _at = now;
    }
}
