using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Heartbeats;

/// <summary>After how many missed heartbeats Orleans counts a silo as stale.</summary>
public sealed class StalenessTests
{
    [Theory]
    [InlineData("this operator's period, Orleans' refresh", 5, 60, 3, 15)]
    [InlineData("Orleans' defaults", 30, 60, 3, 5)]
    [InlineData("a fast refresh", 5, 5, 3, 12)]
    [InlineData("heartbeats in tests", 0.3, 0.3, 3, 200)]
    [InlineData("more than the least is kept", 30, 60, 20, 20)]
    [InlineData("a refresh that is all but switched off", 5, 3600, 3, 12)]
    public void It_covers_a_minute_and_the_time_between_refreshes(string because, double period, double refresh, int limit, int expected)
    {
        var options = new ClusterMembershipOptions
        {
            IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(period),
            TableRefreshTimeout = TimeSpan.FromSeconds(refresh),
            NumMissedTableIAmAliveLimit = limit,
        };

        Staleness.Extend(options);

        Assert.Equal((because, expected), (because, options.NumMissedTableIAmAliveLimit));
    }
}
