using OrleansOperator.Foos;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>What a grain believes of what it is told: the newest, whoever brings it and however late.</summary>
public sealed class FooKnowledgeTests
{
    private static readonly FooSnapshot Again = Given.Foo() with { Uid = "uid of the second", ResourceVersion = 300 };

    [Fact]
    public void That_a_Foo_is_gone_does_not_concern_the_next_of_its_name()
    {
        var known = Given.Known(Given.ReadyFoo());
        var asked = known.Root;

        // A status write for the first is answered with 404, but meanwhile the watch has brought the second.
        known.Take(Again);
        known.TakeAnswer(null, asked);

        Assert.Same(Again, known.Foo);
    }

    [Fact]
    public void A_Foo_that_the_server_no_longer_knows_is_gone_whatever_comes_late()
    {
        var foo = Given.ReadyFoo();
        var known = Given.Known(foo);

        known.TakeAnswer(null, known.Root);
        Assert.Null(known.Foo);
        Assert.True(known.IsEmpty);

        Assert.False(known.Take(foo));
        Assert.False(known.Take(foo with { ResourceVersion = foo.ResourceVersion + 1 }));
        Assert.Null(known.Foo);
    }

    [Fact]
    public void A_change_of_the_Foo_alone_casts_no_doubt()
    {
        var foo = Given.ReadyFoo();
        var known = Given.Known(foo, Given.Deployment());
        for (var i = 0; i < 10; i++)
        {
            known.Observe(Given.Seen(foo));
            foo = foo with { ResourceVersion = foo.ResourceVersion + 1 };
            known.Observe(Given.Seen(foo, ObservationCause.Backlog));
        }

        Assert.NotNull(known.Find("web").Object);
    }

    /// <summary>A feed may be taken over several times, and each time its list is delivered: that costs no read.</summary>
    [Fact]
    public void A_Foo_that_is_delivered_again_and_again_casts_no_doubt_on_its_Deployment()
    {
        var foo = Given.ReadyFoo();
        var known = Given.Known(foo, Given.Deployment());

        for (var round = 0; round < 10; round++)
            Assert.False(known.Observe(Given.Seen(foo, ObservationCause.Contradiction)));

        Assert.NotNull(known.Find("web").Object);
    }

    [Theory]
    [InlineData("deleted", true)]
    [InlineData("being deleted", true)]
    [InlineData("there", false)]
    public void Nothing_is_left_to_take_care_of_when_the_Foo_and_its_Deployments_are_gone(string foo, bool empty)
    {
        var known = Given.Known(Given.ReadyFoo() with { Deleting = foo == "being deleted" }, Given.Deployment());
        if (foo == "deleted")
            known.Observe(Given.Gone(Given.ReadyFoo()));
        Assert.False(known.IsEmpty);

        known.Observe(Given.Gone(Given.Deployment()));

        Assert.Equal(empty, known.IsEmpty);
    }

    [Theory]
    [InlineData("foreign")]
    [InlineData("orphaned")]
    [InlineData("another Foo's")]
    public void A_Deployment_that_is_not_its_own_does_not_keep_the_grain_of_a_Foo_that_is_gone(string whose)
    {
        var known = Given.Known(Given.Foo(), Given.Deployment(ownerUid: "another uid"));
        known.Take(Given.Deployment() with
        {
            ResourceVersion = 60,
            Controller = whose == "another Foo's" ? Given.Deployment().Controller! with { Name = "other", Uid = "another uid" } : null,
        });

        known.Observe(Given.Gone(Given.Foo()));

        Assert.True(known.IsEmpty);
    }

    [Fact]
    public void A_Deployment_that_waits_for_the_garbage_collector_keeps_the_grain()
    {
        var known = Given.Known(Given.Foo(), Given.Deployment());
        known.Observe(Given.Gone(Given.Foo()));
        Assert.False(known.IsEmpty);

        known.Observe(Given.Gone(Given.Deployment()));

        Assert.True(known.IsEmpty);
    }

    [Fact]
    public void Names_that_were_used_once_are_forgotten_but_for_the_last_few_that_are_gone()
    {
        var foo = Given.ReadyFoo();
        var known = Given.Known(foo, Given.Deployment());
        for (var i = 0; i < 100; i++)
        {
            foo = foo.Edited() with { DeploymentName = $"name-{i}" };
            known.Take(foo);
            var deployment = Given.Deployment(foo.DeploymentName) with { ResourceVersion = 1000 + i, Controller = i % 3 == 0 ? null : Given.Deployment().Controller };
            known.TakeAnswer(foo.DeploymentName, i % 3 == 1 ? null : deployment, known.Find(foo.DeploymentName));
            if (i % 3 == 2)
                known.Observe(Given.Gone(deployment));
        }

        Assert.Equal(["web", "name-89", "name-92", "name-95", "name-98", "name-99"], known.DeploymentNames.OrderByDescending(name => name == "web").ThenBy(name => name));
    }

    [Fact]
    public void What_was_seen_while_the_Foo_was_read_is_not_settled_by_it()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Take(Given.Deployment(replicas: 5) with { ResourceVersion = 60, Generation = 2 });
        var (asked, before) = (known.Root, known.Children.ToDictionary());

        known.Take(Given.Deployment(replicas: 7) with { ResourceVersion = 61, Generation = 3 });
        known.TakeAnswer(known.Foo, asked);
        known.Confirm(before);

        Assert.False(known.Find("web").IsSettled);
        Given.Confirm(known);
        Assert.True(known.Find("web").IsSettled);
    }
}
