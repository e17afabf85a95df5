using System.Text.Json;
using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

/// <summary>What a write makes of the table, and how its outcome is found when the answer was lost.</summary>
public sealed class TableChangeTests
{
    private static readonly DateTime Noon = new(2026, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <summary>What is read after version 5 was written with id "a" on the object of etag 10: etag, version and remembered writes.</summary>
    public static TheoryData<string, string, int, string[], bool?> Outcomes => new()
    {
        { "it has landed", "11", 5, ["4:x", "5:a"], true },
        { "it has landed, and others have written since", "14", 7, ["4:x", "5:a", "6:y", "7:z"], true },
        { "nothing was written", "10", 4, ["4:x"], null },
        { "another has written the same version", "11", 5, ["4:x", "5:b"], false },
        { "another has written the same version, and more came after", "12", 6, ["5:b", "6:c"], false },
        { "a clean-up came first, which leaves the version", "11", 4, ["4:x"], false },
        { "so much was written since that nobody remembers", "99", 90, ["89:x", "90:y"], null },
        { "a silo of an earlier version has written, which remembers nothing", "11", 5, [], null },
    };

    [Theory]
    [MemberData(nameof(Outcomes))]
    public void The_outcome_of_a_write_is_found_by_its_id(string because, string etag, int version, string[] writes, bool? outcome) => Assert.Equal(
        (because, outcome),
        (because, TableChange.Outcome(Object("10", 4, ["4:x"]), Object(etag, version, writes), 5, "a")));

    [Fact]
    public void The_table_remembers_the_newest_writes_only()
    {
        var table = new OrleansClusterStatus();
        for (var version = 1; version <= 100; version++)
            table = (TableChange.Insert(table, Row(version, SiloStatus.Active), version, 10)! with { }).Signed("id").Table;

        Assert.Equal(Enumerable.Range(37, TableChange.RememberedWrites).Select(static version => $"{version}:id"), table.RecentWrites);
    }

    [Fact]
    public void What_a_later_version_has_written_survives_every_kind_of_write()
    {
        var later = JsonSerializer.Deserialize("""
            {"version":3,"activeSilos":1,"quorum":{"of":3},"silos":[
              {"silo":"10.0.0.1:1@1","version":2,"status":"Active","zone":"eu-1","metadata":{"a":"b"}},
              {"silo":"10.0.0.2:1@1","version":3,"status":"Draining","zone":"eu-2"},
              {"silo":"10.0.0.3:1@1","version":1,"status":"Dead","zone":"eu-3"}]}
            """, MembershipJson.Default.OrleansClusterStatus)!;

        var table = TableChange.Insert(later, Row(9, SiloStatus.Joining), 4, 10)!.Signed("a").Table;
        table = TableChange.Update(table, Row(1, SiloStatus.ShuttingDown) with { Version = 5 }, "2", 5)!.Signed("b").Table;
        table = TableChange.Update(table, Row(2, SiloStatus.ShuttingDown) with { Version = 6, Suspicions = [new("10.0.0.1:1@1", Noon)] }, "3", 6)!.Signed("c").Table;
        table = TableChange.Evict(table, "10.0.0.1:1@1", new Eviction(EvictionCause.Votes, "10.0.0.9:1@1", "", Noon))!.Table;
        table = TableChange.Cleanup(table, new Dictionary<string, DateTime>(), Noon)!.Table;
        var json = JsonSerializer.SerializeToElement(table, MembershipJson.Default.OrleansClusterStatus);

        Assert.Equal(3, json.GetProperty("quorum").GetProperty("of").GetInt32());
        var rows = json.GetProperty("silos").EnumerateArray().ToDictionary(static row => row.GetProperty("silo").GetString()!);
        Assert.Equal("eu-1", rows["10.0.0.1:1@1"].GetProperty("zone").GetString());
        Assert.Equal("b", rows["10.0.0.1:1@1"].GetProperty("metadata").GetProperty("a").GetString());
        Assert.Equal("Draining", rows["10.0.0.2:1@1"].GetProperty("status").GetString());
        Assert.Equal("eu-2", rows["10.0.0.2:1@1"].GetProperty("zone").GetString());
        Assert.False(rows.ContainsKey("10.0.0.3:1@1"));
    }

    [Theory]
    [InlineData("Active", SiloStatus.Active)]
    [InlineData("Draining", SiloStatus.ShuttingDown)]
    [InlineData("17", SiloStatus.ShuttingDown)]
    [InlineData("", SiloStatus.ShuttingDown)]
    public void A_status_that_is_not_known_is_that_of_a_silo_that_takes_no_work(string text, SiloStatus status) =>
        Assert.Equal(status, new SiloRow { Silo = "10.0.0.1:1@1", StatusText = text }.Status);

    [Theory]
    [InlineData(SiloStatus.Active, true)]
    [InlineData(SiloStatus.Joining, true)]
    [InlineData(SiloStatus.Dead, false)]
    public void An_eviction_stands_in_the_row_with_its_cause(SiloStatus status, bool written)
    {
        var table = new OrleansClusterStatus { Version = 7, Silos = [Row(1, status)] };

        var change = TableChange.Evict(table, "10.0.0.1:1@1", new Eviction(EvictionCause.PodGone, "10.0.0.2:1@1", "pod a/b is gone", Noon));

        Assert.Equal(written, change is not null);
        if (change is { Table.Silos: [var row] })
            Assert.Equal((8, SiloStatus.Dead, 8, "PodGone"), (change.Table.Version, row.Status, row.Version, row.Eviction!.Cause));
        Assert.Null(TableChange.Evict(table, "10.0.0.9:1@1", new Eviction(EvictionCause.PodGone, "", "", Noon)));
    }

    private static SiloRow Row(int i, SiloStatus status) => new() { Silo = $"10.0.0.{i}:1@1", Status = status, Version = i };

    private static OrleansClusterObject Object(string etag, int version, string[] writes) => new()
    {
        Metadata = new ObjectMeta { ResourceVersion = etag },
        Status = new OrleansClusterStatus { Version = version, RecentWrites = writes },
    };
}
