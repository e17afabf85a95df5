namespace OrleansOperator.Grains.Engine;

/// <summary>Waits that double: how long an object is left alone after its n-th failure in a row (client-go, <c>ItemExponentialFailureRateLimiter</c>).</summary>
internal static class Backoff
{
    /// <summary>The wait after a number of failures in a row, from 1.</summary>
    public static TimeSpan After(int failures, TimeSpan first, TimeSpan longest)
    {
        if (failures <= 1)
            return first;

        // Beyond 2^40 the longest wait is reached whatever the first one was, and the shift must not overflow.
        var factor = 1L << Math.Min(failures - 1, 40);
        return first.Ticks > longest.Ticks / factor ? longest : TimeSpan.FromTicks(first.Ticks * factor);
    }
}
