using Microsoft.Extensions.DependencyInjection;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.KubeApi.Tests.Access;

public sealed class PermissionRequirementTests
{
    private static readonly ResourceType Widgets = new("example.com", "v1", "widgets", "Widget");

    [Fact]
    public void Every_component_adds_its_own()
    {
        var services = new ServiceCollection()
            .AddPermissionRequirements([new PermissionRequirement("get", Widgets, "look at Widgets")])
            .AddPermissionRequirements(static provider => new[] { new PermissionRequirement("patch", Widgets, "change Widgets") }.In(provider.GetRequiredService<Uri>().Host))
            .AddSingleton(new Uri("http://shop"));

        var all = services.BuildServiceProvider().GetPermissionRequirements();

        Assert.Equal([("get", ""), ("patch", "shop")], all.Select(permission => (permission.Verb, string.Join(',', permission.Namespaces))));
    }

    [Theory]
    [InlineData(null, "widgets.example.com")]
    [InlineData("status", "widgets.example.com/status")]
    public void The_resource_is_named_as_error_messages_name_it(string? subresource, string name) =>
        Assert.Equal(name, new PermissionRequirement("patch", Widgets, "") { Subresource = subresource }.QualifiedResource);
}
