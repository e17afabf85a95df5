namespace OrleansOperator.DevCluster.Faults;

/// <summary>What is wrong with the requests that match.</summary>
internal sealed class RequestFault(string? verb, string? resource, string? client, int? count, double share)
{
    private const double Rounding = 1e-9;

    private int? _left = count;
    private double _due;

    /// <summary>The status to answer with, or null.</summary>
    public int? Status { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    public TimeSpan Delay { get; init; }

    public bool LosesAnswer { get; init; }

    /// <summary>Whether a request is hit. A share is spread evenly over the requests, so that tests can count on it.</summary>
    public bool Matches(string ofVerb, string ofResource, string ofClient)
    {
        if (!IsAbout(ofVerb, ofResource, ofClient))
            return false;
        _due += share;

        // Ten times 0.1 is a little less than 1.
        if (_due < 1 - Rounding)
            return false;
        _due -= 1;
        return true;
    }

    /// <summary>Whether every such request is answered with 403, which is what a missing permission looks like.</summary>
    public bool Forbids(string ofVerb, string ofResource, string ofClient) =>
        Status == StatusCodes.Status403Forbidden && _left is null && share >= 1 && IsAbout(ofVerb, ofResource, ofClient);

    /// <summary>Counts one hit; returns whether it was the last.</summary>
    public bool Spend() => _left is not null && --_left <= 0;

    private bool IsAbout(string ofVerb, string ofResource, string ofClient) =>
        (verb is null || verb == ofVerb)
        && (resource is null || resource == ofResource)
        && (client is null || ofClient.Contains(client, StringComparison.Ordinal));
}
