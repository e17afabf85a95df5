using Microsoft.Extensions.Logging.Abstractions;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Tests.Support;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

/// <summary>Whether a table is the one that a silo has joined.</summary>
public sealed class TableIncarnationTests
{
    [Theory]
    [InlineData("the same", "a", 7, null)]
    [InlineData("it has gone on", "a", 9, null)]
    [InlineData("it was recreated", "b", 0, "deleted and recreated")]
    [InlineData("it was recreated and has overtaken the old", "b", 9, "deleted and recreated")]
    [InlineData("etcd was restored", "a", 6, "went back from version 7 to 6")]
    public void What_contradicts_version_7_of_table_a(string because, string uid, int version, string? problem)
    {
        var found = TableIncarnation.Contradiction(new TableIncarnation("a", 7), new TableIncarnation(uid, version));

        Assert.True(problem is null ? found is null : found?.Contains(problem, StringComparison.Ordinal), $"{because}: {found}");
    }

    [Fact]
    public void A_silo_that_goes_by_the_table_ends_and_says_why_and_others_do_not()
    {
        var fatal = new Fatalities();
        var continuity = new TableContinuity(new ClusterIdentity("orders", "default"), NullLogger<TableContinuity>.Instance, fatal);

        continuity.Judge(null, new("a", 3));
        continuity.Judge(continuity.Known, new("b", 0));
        continuity.Gone();
        Assert.Empty(fatal.Reasons);

        continuity.Bind();
        Assert.Throws<OrleansException>(() => continuity.Judge(continuity.Known, new("c", 0)));
        Assert.Contains("OrleansCluster default/orders is not the one this silo knows: it was deleted and recreated", Assert.Single(fatal.Reasons), StringComparison.Ordinal);
        Assert.Throws<OrleansException>(continuity.Gone);
    }

    [Fact]
    public void A_read_that_began_before_a_newer_one_ended_may_be_older()
    {
        var fatal = new Fatalities();
        var continuity = new TableContinuity(new ClusterIdentity("orders", "default"), NullLogger<TableContinuity>.Instance, fatal);
        continuity.Judge(null, new("a", 3));
        continuity.Bind();

        var before = continuity.Known;
        continuity.Judge(before, new("a", 5));
        continuity.Judge(before, new("a", 4));

        Assert.Empty(fatal.Reasons);
        Assert.Equal(new TableIncarnation("a", 5), continuity.Known);
    }

    [Fact]
    public void A_silo_that_leaves_does_not_mind()
    {
        var fatal = new Fatalities();
        var continuity = new TableContinuity(new ClusterIdentity("orders", "default"), NullLogger<TableContinuity>.Instance, fatal);
        continuity.Judge(null, new("a", 3));
        continuity.Bind();
        continuity.Left();

        continuity.Judge(continuity.Known, new("b", 0));
        continuity.Gone();

        Assert.Empty(fatal.Reasons);
    }
}
