using OrleansOperator.Fleet.Objects;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Tests.Objects;

/// <summary>What one silo answers to a query.</summary>
public sealed class ObjectTableTests
{
    private static readonly Given.View[] Views =
    [
        Given.Held(Given.Ready("team-a", "web") with { Size = 3, Color = "red" }),
        Given.Held(Given.Ready("team-a", "api", "False", "Progressing", "0 of 3 replicas") with { Size = 1 }),
        Given.Held(Given.Ready("team-b", "web", "True", "Fine"), Given.Failed(4, "connection refused")),
        Given.Held(Given.Ready("team-b", "cache") with { Size = 2 }, Given.Settled with { Started = Given.Now.AddMinutes(-1), Took = TimeSpan.FromMilliseconds(5) }),
    ];

    [Fact]
    public void The_worst_come_first() =>
        Assert.Equal(["team-b/web", "team-a/api", "team-a/web", "team-b/cache"], Keys(new ObjectQuery()));

    [Theory]
    [InlineData("web", "team-b/web team-a/web")]
    [InlineData("WEB team-a", "team-a/web")]
    [InlineData("progress", "team-a/api")]
    [InlineData("replicas", "team-a/api")]
    [InlineData("refused", "team-b/web")]
    [InlineData("team-b/w", "team-b/web")]
    [InlineData("b/", "team-b/web team-b/cache")]
    [InlineData("nothing", "")]
    public void A_search_finds_rows_that_have_all_its_words(string search, string found) =>
        Assert.Equal(found, string.Join(' ', Keys(new ObjectQuery { Search = search })));

    [Theory]
    [InlineData("name", false, "team-a/api team-b/cache team-a/web team-b/web")]
    [InlineData("name", true, "team-a/web team-b/web team-b/cache team-a/api")]
    [InlineData("namespace", true, "team-b/cache team-b/web team-a/api team-a/web")]
    [InlineData("failures", true, "team-b/web team-a/api team-a/web team-b/cache")]
    [InlineData("reconciled", true, "team-b/web team-b/cache team-a/api team-a/web")]
    [InlineData("took", true, "team-b/cache team-b/web team-a/api team-a/web")]
    [InlineData("retry", true, "team-b/web team-a/api team-a/web team-b/cache")]
    [InlineData("reason", true, "team-a/api team-a/web team-b/cache team-b/web")]
    [InlineData("size", true, "team-a/web team-b/cache team-a/api team-b/web")]
    [InlineData("size", false, "team-b/web team-a/api team-b/cache team-a/web")]
    [InlineData("color", true, "team-a/web team-a/api team-b/cache team-b/web")]
    public void Rows_are_sorted_by_any_column(string sort, bool descending, string sorted) =>
        Assert.Equal(sorted, string.Join(' ', Keys(new ObjectQuery { Sort = sort, Descending = descending })));

    [Fact]
    public void A_reconcile_that_runs_has_taken_longest()
    {
        var running = Given.Held(Given.Ready("x", "running"), ReconcileStatus.None.Running(Given.Now));

        var row = Given.Part([.. Views, running], new ObjectQuery { Sort = "took", Descending = true }).Rows[0];

        Assert.Equal(("running", true), (row.Key.Name, row.IsRunning));
    }

    [Fact]
    public void Counts_are_of_all_states_and_matches_of_the_one_that_is_asked_for()
    {
        var part = Given.Part(Views, new ObjectQuery { State = ObjectState.Ready });

        Assert.Equal(new ObjectCounts(1, 0, 0, 1, 2), part.Counts);
        Assert.Equal((2, 2, 0), (part.Matched, part.Rows.Count, part.Passed));
    }

    [Fact]
    public void A_namespace_and_a_controller_narrow_the_counts_too()
    {
        Assert.Equal(2, Given.Part(Views, new ObjectQuery { Namespace = "team-a" }).Counts.Total);
        Assert.Equal(0, Given.Part(Views, new ObjectQuery { Controller = "other" }).Counts.Total);
    }

    [Fact]
    public void What_no_kind_is_registered_for_and_what_is_gone_is_left_out()
    {
        var part = Given.Part([Given.Held(null), Given.Held(Given.Ready("a", "b")) with { Controller = "unregistered" }], new ObjectQuery());

        Assert.Equal((0, 0), (part.Matched, part.Counts.Total));
    }

    [Fact]
    public void A_row_has_all_that_a_list_shows()
    {
        var row = Given.Part(Views, new ObjectQuery { Search = "refused" }, "pod-3").Rows[0];

        Assert.Equal(("thing", "Thing", new ObjectKey("team-b", "web"), "pod-3"), (row.Controller, row.Kind, row.Key, row.Silo));
        Assert.Equal((ObjectState.Failing, "True", "Fine", 4, "connection refused"), (row.State, row.Ready, row.Reason, row.Failures, row.Problem));
        Assert.Equal((Given.Now, TimeSpan.FromMilliseconds(3), Given.Now.AddSeconds(4)), (row.Reconciled!.Value.UtcDateTime, row.Took!.Value, row.Retry!.Value.UtcDateTime));
        Assert.True(row.Columns.All(value => value.IsEmpty));
    }

    [Fact]
    public void A_long_message_is_cut()
    {
        var row = Given.Part([Given.Held(Given.Ready("a", "b", message: new string('x', 32_768)))], new ObjectQuery()).Rows[0];

        Assert.InRange(row.Message.Length, 100, 500);
    }

    private static IEnumerable<string> Keys(ObjectQuery query) => Given.Part(Views, query).Rows.Select(row => row.Key.ToString());
}
