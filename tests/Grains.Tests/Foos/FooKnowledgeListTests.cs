using OrleansOperator.Grains.Foos;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>What the first list of a feed that was taken over says about what is known.</summary>
public sealed class FooKnowledgeListTests
{
    private static readonly string Foos = FooResources.Foos.QualifiedName;
    private static readonly string Deployments = FooResources.Deployments.QualifiedName;

    [Fact]
    public void A_Foo_that_is_not_listed_is_gone()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());

        Assert.True(known.Observe(List(Foos, 500)));

        Assert.Null(known.Foo);
        Assert.False(known.IsEmpty);
    }

    [Fact]
    public void A_Deployment_that_is_not_listed_is_gone()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());

        Assert.True(known.Observe(List(Deployments, 500)));

        Assert.True(known.Find("web").IsAbsent);
    }

    [Fact]
    public void When_both_are_gone_nothing_is_left()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());

        known.Observe(List(Deployments, 500));
        known.Observe(List(Foos, 500));

        Assert.True(known.IsEmpty);
    }

    [Fact]
    public void What_is_listed_stays()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());

        Assert.False(known.Observe(List(Foos, 500, Given.FooUid)));
        Assert.False(known.Observe(List(Deployments, 500, "uid-of-web")));

        Assert.NotNull(known.Foo);
        Assert.NotNull(known.Find("web").Object);
    }

    [Fact]
    public void What_is_newer_than_the_list_stays()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());

        Assert.False(known.Observe(List(Foos, 100)));
        Assert.False(known.Observe(List(Deployments, 49)));

        Assert.NotNull(known.Foo);
        Assert.NotNull(known.Find("web").Object);
    }

    [Fact]
    public void What_belongs_to_another_range_stays()
    {
        var known = Given.Known(Given.ReadyFoo());
        var other = new UidRange(new UidRange(0, 2).Contains(Given.FooUid) ? 1 : 0, 2);

        Assert.False(known.Observe(new ListObservation(Foos, other, 500, [])));

        Assert.NotNull(known.Foo);
    }

    /// <summary>Lists name a grain's own Deployments only: another's was read, and is read again with back-off.</summary>
    [Fact]
    public void The_Deployment_of_another_stays()
    {
        var known = Given.Known(Given.Foo(), Given.Deployment(ownerUid: "another"));

        Assert.False(known.Observe(List(Deployments, 500)));

        Assert.NotNull(known.Find("web").Object);
    }

    [Fact]
    public void What_was_listed_as_gone_and_comes_late_is_not_believed()
    {
        var known = Given.Known(Given.ReadyFoo(), Given.Deployment());
        known.Observe(List(Foos, 500));

        Assert.False(known.Take(Given.ReadyFoo()));

        Assert.Null(known.Foo);
    }

    [Fact]
    public void A_grain_that_knows_nothing_learns_nothing()
    {
        var known = new FooKnowledge();

        Assert.False(known.Observe(List(Foos, 500)));
        Assert.False(known.Observe(List(Deployments, 500)));

        Assert.True(known.IsEmpty);
    }

    private static ListObservation List(string resource, long version, params string[] uids) => new(resource, UidRange.Whole, version, [.. uids]);
}
