namespace OrleansOperator.Chaos.Support;

/// <summary>The times that must hold.</summary>
internal static class Limits
{
    /// <summary>
    /// A build machine shares its processors with strangers, and a silo that is not given any looks like one that hangs: there
    /// the times are three times as long. What must not be lost or written twice is the same everywhere.
    /// </summary>
    private static readonly int Slack = Environment.GetEnvironmentVariable("CI") == "true" ? 3 : 1;

    public static void Within(double seconds, TimeSpan time) => Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(seconds) * Slack);
}
