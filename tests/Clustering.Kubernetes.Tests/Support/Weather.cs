using OrleansOperator.DevCluster.Faults;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>How the API server behaves during a test.</summary>
public enum Weather
{
    Fair,

    /// <summary>Every other write of the table meets another (409).</summary>
    Conflicts,

    /// <summary>The first writes of the table land, and their answers are lost.</summary>
    LostAnswers,

    /// <summary>Every seventh request is refused (503).</summary>
    Unavailable,
}

internal static class WeatherExtensions
{
    private const string Table = "orleansclusters/status";

    public static void Begin(this Weather weather, FaultInjector faults)
    {
        switch (weather)
        {
            case Weather.Conflicts:
                faults.Fail("update", Table, 409, share: 0.5);
                break;
            case Weather.LostAnswers:
                faults.LoseAnswers("create", "orleansclusters", count: 1);
                faults.LoseAnswers("update", Table, count: 5);
                break;
            case Weather.Unavailable:
                faults.Fail(null, null, 503, share: 1.0 / 7);
                break;
        }
    }
}
