using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Pods;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Pods;

/// <summary>How long each silo waits before it declares the silo of a vanished pod dead.</summary>
public sealed class JudgeRankTests
{
    [Fact]
    public void Of_many_silos_two_judge_at_once_and_the_rest_later()
    {
        var rows = Enumerable.Range(10, 20).Select(static i => Row(i, SiloStatus.Active)).ToList();

        var delays = rows.Select(row => JudgeRank.Delay(rows, new HashSet<string> { rows[0].Silo }, row.Silo).TotalSeconds).ToList();

        // The first is the accused.
        Assert.Equal([0, 0, 2, 4, 6, 8, 10, 10], delays.Skip(1).Take(8));
        Assert.All(delays.Skip(9), static delay => Assert.Equal(10, delay));
    }

    [Fact]
    public void Silos_that_join_judge_after_the_active_ones_and_first_where_all_active_ones_are_gone()
    {
        SiloRow[] rows = [Row(30, SiloStatus.Active), Row(31, SiloStatus.Active), Row(10, SiloStatus.Joining), Row(11, SiloStatus.Dead)];

        Assert.Equal(2, JudgeRank.Delay(rows, new HashSet<string>(), rows[2].Silo).TotalSeconds);
        Assert.Equal(0, JudgeRank.Delay(rows, new HashSet<string> { rows[0].Silo, rows[1].Silo }, rows[2].Silo).TotalSeconds);
    }

    [Fact]
    public void A_silo_without_a_row_comes_last() =>
        Assert.Equal(4, JudgeRank.Delay([Row(30, SiloStatus.Active), Row(31, SiloStatus.Active), Row(32, SiloStatus.Joining)], new HashSet<string>(), "10.0.0.9:1@1").TotalSeconds);

    private static SiloRow Row(int i, SiloStatus status) => new() { Silo = $"10.0.0.{i}:11111@1", Status = status };
}
