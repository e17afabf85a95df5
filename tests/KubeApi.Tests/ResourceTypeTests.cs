namespace OrleansOperator.KubeApi.Tests;

public sealed class ResourceTypeTests
{
    private static readonly ResourceType s_core = new("", "v1", "events", "Event");
    private static readonly ResourceType s_group = new("example.com", "v1alpha1", "widgets", "Widget");

    [Fact]
    public void The_core_group_has_its_own_paths()
    {
        Assert.Equal(("v1", "events"), (s_core.ApiVersion, s_core.QualifiedName));
        Assert.Equal("/api/v1/events", s_core.CollectionPath());
        Assert.Equal("/api/v1/namespaces/shop/events/one", s_core.ObjectPath("shop", "one"));
    }

    [Fact]
    public void Other_groups_are_named_in_path_and_version()
    {
        Assert.Equal(("example.com/v1alpha1", "widgets.example.com"), (s_group.ApiVersion, s_group.QualifiedName));
        Assert.Equal("/apis/example.com/v1alpha1/namespaces/shop/widgets", s_group.CollectionPath("shop"));
        Assert.Equal("/apis/example.com/v1alpha1/namespaces/shop/widgets/one/status", s_group.ObjectPath("shop", "one", "status"));
    }

    [Fact]
    public void Names_cannot_leave_their_place_in_the_path() => Assert.Equal(
        "/apis/example.com/v1alpha1/namespaces/a%20b/widgets/..%3Fc%23d", s_group.ObjectPath("a b", "..?c#d"));

    [Fact]
    public void Objects_of_cluster_scope_have_no_namespace_in_their_path()
    {
        var type = s_group with { IsClusterScoped = true };

        Assert.Equal("/apis/example.com/v1alpha1/widgets", type.CollectionPath(""));
        Assert.Equal("/apis/example.com/v1alpha1/widgets/one", type.ObjectPath("", "one"));
    }

    /// <summary><c>GET …/widgets/.</c> is a list of the namespace.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a%2fb")]
    [InlineData(null)]
    public void A_name_that_cannot_stand_in_a_path_makes_no_path(string? name)
    {
        name ??= new string('x', 20_000);
        Assert.NotNull(ResourceName.Problem(name));

        Assert.Throws<ArgumentException>(() => s_group.ObjectPath("shop", name));
        Assert.Throws<ArgumentException>(() => s_group.ObjectPath(name, "one"));
        Assert.Throws<ArgumentException>(() => s_core.CollectionPath(name));
    }

    [Theory]
    [InlineData("one")]
    [InlineData("a.b-c")]
    [InlineData("...")]
    [InlineData("system:node")]
    public void A_name_that_some_kind_allows_may_stand_in_a_path(string name) => Assert.Null(ResourceName.Problem(name));
}
