using Microsoft.Extensions.DependencyInjection;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.KubeApi.Events;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.ManifestGeneration.Tests.Support;

/// <summary>What the registrations of the Foo controller declare, as the silo makes them.</summary>
internal static class FooPermissions
{
    public static IReadOnlyList<PermissionRequirement> Declared()
    {
        var controller = FooController.Instance;
        using var services = new ServiceCollection()
            .AddPermissionRequirements(ControllerPermissions.Of(controller).Concat(EventPermissions.All))
            .AddFeed(Feed(controller, FooController.Deployments))
            .AddFeed(Feed(controller, FooController.Foos))
            .BuildServiceProvider();
        return services.GetPermissionRequirements();
    }

    private static FeedDefinition Feed(Controller controller, ObjectKind kind) => new()
    {
        Resource = kind.Resource,
        Decode = kind.Decode,
        Route = controller.Route,
        Grain = controller.Grain,
        GrainType = controller.GrainType,
    };
}
