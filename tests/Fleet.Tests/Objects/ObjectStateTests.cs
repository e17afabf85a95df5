using OrleansOperator.Fleet.Objects;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;

namespace OrleansOperator.Fleet.Tests.Objects;

/// <summary>Which state an object is in.</summary>
public sealed class ObjectStateTests
{
    [Theory]
    [InlineData("True", 1, ObjectState.Ready)]
    [InlineData("False", 1, ObjectState.NotReady)]
    [InlineData("Unknown", 1, ObjectState.NotReady)]
    [InlineData("True", 0, ObjectState.Ready)] // a writer that gives no observedGeneration
    [InlineData("True", -1, ObjectState.NotReady)] // an earlier generation
    public void The_Ready_condition_tells(string status, long observed, ObjectState state) =>
        Assert.Equal(state, Of(Given.Ready("a", "b", status, observed: observed), Given.Settled));

    [Fact]
    public void What_fails_is_failing_whatever_its_condition_says() =>
        Assert.Equal(ObjectState.Failing, Of(Given.Ready("a", "b"), Given.Failed(1)));

    [Fact]
    public void What_was_given_up_is_stalled() =>
        Assert.Equal(ObjectState.Stalled, Of(Given.Ready("a", "b", "False"), Given.Settled with { Outcome = OutcomeKind.Stalled }));

    [Fact]
    public void What_waits_for_its_finalizers_is_deleting() =>
        Assert.Equal(ObjectState.Deleting, Of(Given.Ready("a", "b") with { Deleting = true }, Given.Settled));

    [Fact]
    public void Without_a_condition_it_is_ready_when_nothing_is_left_to_do()
    {
        var bare = Given.Ready("a", "b") with { Conditions = [] };

        Assert.Equal(ObjectState.Ready, Of(bare, Given.Settled));
        Assert.Equal(ObjectState.NotReady, Of(bare, ReconcileStatus.None));
        Assert.Equal(ObjectState.NotReady, Of(bare, Given.Settled with { Outcome = OutcomeKind.Later }));
    }

    [Fact]
    public void Every_state_has_a_name_of_its_own_and_a_count()
    {
        Assert.Equal(ObjectStates.All.Count, ObjectStates.All.Select(state => state.Id()).Distinct().Count());
        foreach (var state in ObjectStates.All)
        {
            var counts = new ObjectCounts().With(state).Plus(new ObjectCounts().With(state));
            Assert.Equal((2, 2), (counts[state], counts.Total));
        }
    }

    private static ObjectState Of(Given.Thing thing, ReconcileStatus status) => ObjectStates.Of(thing, Given.Kinds.All[0].Ready(thing), status);
}
