namespace OrleansOperator.Clustering.Kubernetes;

/// <summary>How long to wait after a failure: 0.2 s doubling to 10 s, half of it at random, so that silos do not come back all at once.</summary>
internal sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(0.2);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private int _failures;

    /// <summary>The wait after one more failure.</summary>
    /// <param name="asked">How long the server asks to wait (Retry-After), if it does.</param>
    public TimeSpan Next(TimeSpan? asked = null)
    {
        var most = Math.Min(First.TotalSeconds * Math.Pow(2, Math.Min(_failures++, 10)), Longest.TotalSeconds);
        var wait = TimeSpan.FromSeconds(most * (0.5 + (0.5 * random.NextDouble())));
        return asked > wait ? asked.Value : wait;
    }

    /// <summary>Forgets the failures.</summary>
    public void Reset() => _failures = 0;
}
