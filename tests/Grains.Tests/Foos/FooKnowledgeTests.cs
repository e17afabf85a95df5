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
            Assert.False(known.Observe(Given.Seen(foo, ObservationCause.Resync)));

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

    [Fact]
    public void What_was_seen_while_the_Foo_was_read_is_not_settled_by_it()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Take(Given.Deployment(replicas: 5) with { ResourceVersion = 60, Generation = 2 });
        var (asked, before) = (known.Root, known.Deployments.ToDictionary());

        known.Take(Given.Deployment(replicas: 7) with { ResourceVersion = 61, Generation = 3 });
        known.TakeAnswer(known.Foo, asked);
        known.Confirm(known.Foo!, before);

        Assert.False(known.Find("web").IsSettled);
        Given.Confirm(known);
        Assert.True(known.Find("web").IsSettled);
    }
}
