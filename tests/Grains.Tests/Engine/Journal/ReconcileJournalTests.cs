using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Engine.Journal;

/// <summary>Which reconciles are kept, and for how long.</summary>
public sealed class ReconcileJournalTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly ReconcileJournal _journal = new();

    [Fact]
    public void Reconciles_of_one_object_come_newest_first_failed_or_not()
    {
        Add("a", 1);
        Add("b", 2);
        Add("a", 3, OutcomeKind.Failed);
        Add("a", 4);

        Assert.Equal([4, 3, 1], Of("a").Select(Second));
    }

    [Fact]
    public void Another_controllers_object_of_the_same_name_is_another()
    {
        Add("a", 1);

        Assert.Empty(_journal.Of("other", new ObjectKey("default", "a")));
    }

    [Fact]
    public void The_oldest_go_when_the_budget_is_spent()
    {
        for (var i = 0; i < 10_000; i++)
            Add("a", i, text: new string('x', 1000));

        var kept = Of("a");
        Assert.Equal(9999, Second(kept[0]));
        Assert.InRange(kept.Sum(run => run.Size), ReconcileJournal.Budget * 9 / 10, ReconcileJournal.Budget);
    }

    [Fact]
    public void Many_healthy_objects_do_not_push_out_a_failure()
    {
        Add("broken", 0, OutcomeKind.Failed);
        for (var i = 1; i < 10_000; i++)
            Add("healthy", i, text: new string('x', 1000));

        Assert.Single(Of("broken"));
    }

    private static int Second(RunRecord run) => (int)(run.Started - Start).TotalSeconds;

    private IReadOnlyList<RunRecord> Of(string name) => _journal.Of("probe", new ObjectKey("default", name));

    private void Add(string name, int second, OutcomeKind outcome = OutcomeKind.Done, string text = "") =>
        _journal.Add(new RunRecord(
            "probe", new ObjectKey("default", name), Start.AddSeconds(second), TimeSpan.FromMilliseconds(1), [new RunStep("plan", text, [])], outcome, null, null));
}
