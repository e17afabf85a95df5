using OrleansOperator.Grains.Foos;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Foos;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>What a grain believes of what it is told: the newest, whoever brings it and however late.</summary>
public sealed class FooKnowledgeTests
{
    private static readonly FooSnapshot Again = Given.Foo() with { Uid = "uid of the second", ResourceVersion = 300 };

    [Fact]
    public void That_a_Foo_is_gone_does_not_concern_the_next_of_its_name()
    {
        var first = Given.ReadyFoo();
        var known = Given.Known(first);

        // A status write for the first is answered with 404, but meanwhile the watch has brought the second.
        known.Take(Again);
        known.TakeGone(first);

        Assert.Same(Again, known.Foo);
    }

    [Fact]
    public void A_Foo_that_the_server_no_longer_knows_is_gone_until_it_is_seen_again()
    {
        var foo = Given.ReadyFoo();
        var known = Given.Known(foo);

        known.TakeGone(foo);
        Assert.Null(known.Foo);
        Assert.True(known.IsEmpty);

        Assert.True(known.Take(foo));
        Assert.Same(foo, known.Foo);
    }

    [Fact]
    public void A_Deployment_seen_while_it_was_asked_for_is_newer_than_the_answer_that_there_is_none()
    {
        var known = Given.Known(Given.Foo());
        var asked = known.Find("web");

        known.Take(Given.Deployment());
        known.TakeAbsent("web", asked);

        Assert.NotNull(known.Find("web")!.Snapshot);
    }

    [Fact]
    public void Of_a_Deployment_that_is_absent_nothing_older_is_believed()
    {
        var deployment = Given.Deployment();
        var known = Given.Known(Given.Foo(), deployment);
        known.TakeAbsent("web", known.Find("web"));

        Assert.False(known.Take(deployment with { ResourceVersion = deployment.ResourceVersion - 1 }));
        Assert.Null(known.Find("web")!.Snapshot);
        Assert.True(known.Take(deployment with { ResourceVersion = deployment.ResourceVersion + 1 }));
        Assert.NotNull(known.Find("web")!.Snapshot);
    }

    [Fact]
    public void A_forgotten_Deployment_is_unknown_and_its_past_is_not_believed()
    {
        var deployment = Given.Deployment();
        var known = Given.Known(Given.Foo(), deployment);

        known.Forget("web");

        Assert.Null(known.Find("web"));
        Assert.False(known.Take(deployment with { ResourceVersion = deployment.ResourceVersion - 1 }));
        Assert.Null(known.Find("web"));
        Assert.True(known.Take(deployment));
        Assert.Same(deployment, known.Find("web")!.Snapshot);
    }

    [Fact]
    public void A_forgotten_Deployment_of_an_earlier_name_is_deleted_all_the_same()
    {
        var known = Given.Known(Given.ReadyFoo().Edited() with { DeploymentName = "web2" }, Given.Deployment(), Given.Deployment("web2"));

        known.Forget("web");

        Assert.Equal("web", Assert.IsType<FooPlan.Delete>(FooPlanner.Plan(known, FooStatusFields.All, Given.Now)).Deployment.Key.Name);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_late_tombstone_of_the_predecessor_does_not_hide_the_successor(bool newUid)
    {
        var known = Given.Known(Given.Foo(), Given.Deployment() with { ResourceVersion = 60, Uid = newUid ? "uid of the second" : "uid-of-web" });

        Assert.False(known.Take(Given.Deployment() with { ResourceVersion = 59 }, gone: true));

        Assert.NotNull(known.Find("web")!.Snapshot);
    }

    /// <summary>A feed may be taken over several times, and each time its list is delivered: that costs no read.</summary>
    [Fact]
    public void A_Foo_that_is_delivered_again_and_again_casts_no_doubt_on_its_Deployment()
    {
        var foo = Given.ReadyFoo();
        var known = Given.Known(foo, Given.Deployment());

        for (var round = 0; round < 10; round++)
            Assert.False(Deliver(known, foo));

        Assert.NotNull(known.Find("web"));
    }

    [Fact]
    public void A_change_of_the_Foo_alone_casts_no_doubt()
    {
        var foo = Given.ReadyFoo();
        var known = Given.Known(foo, Given.Deployment());
        for (var i = 0; i < 10; i++)
        {
            known.Observe(new Observation(foo, Deleted: false, ObservationCause.Change));
            foo = foo with { ResourceVersion = foo.ResourceVersion + 1 };
            known.Observe(new Observation(foo, Deleted: false, ObservationCause.Backlog));
        }

        Assert.NotNull(known.Find("web"));
    }

    [Theory]
    [InlineData("deleted", true)]
    [InlineData("being deleted", true)]
    [InlineData("there", false)]
    public void Nothing_is_left_to_take_care_of_when_the_Foo_and_its_Deployments_are_gone(string foo, bool empty)
    {
        var known = new FooKnowledge();
        known.Take(Given.ReadyFoo() with { Deleting = foo == "being deleted" }, gone: foo == "deleted");
        known.Take(Given.Deployment(), gone: true);
        Assert.Equal(empty, known.IsEmpty);

        known.Take(Given.Deployment() with { ResourceVersion = 70 });
        Assert.False(known.IsEmpty);
    }

    private static bool Deliver(FooKnowledge known, ResourceSnapshot snapshot) =>
        known.Observe(new Observation(snapshot, Deleted: false, ObservationCause.Resync));
}
