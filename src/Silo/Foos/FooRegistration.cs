using OrleansOperator.Fleet;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.KubeApi.Events;
using OrleansOperator.Silo.Settings;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Silo.Foos;

/// <summary>The one registration of the Foo controller: its kinds, and how each reaches the grains.</summary>
internal static class FooRegistration
{
    /// <summary>What the fleet pages show of Foos.</summary>
    private static readonly FleetKind Fleet = new()
    {
        Controller = FooResources.Controller,
        Resource = FooResources.Foos,
        Conditions = static foo => ((FooSnapshot)foo).Conditions,
        Columns =
        [
            new FleetColumn("desired", "Desired", static foo => new FleetValue(((FooSnapshot)foo).Replicas)),
            new FleetColumn("available", "Available", static foo => new FleetValue(((FooSnapshot)foo).AvailableReplicas)),
        ],
    };

    public static IServiceCollection AddFooController(this IServiceCollection services, SiloSettings settings)
    {
        var controller = FooController.Instance;
        return services
            .AddController<FooSnapshot>(controller)
            .AddSingleton(Fleet)
            .AddPermissionRequirements(ControllerPermissions.Of(controller).Concat(EventPermissions.All).In(settings.Namespaces))
            .AddFeed(Feed(settings, controller, FooController.Deployments, isOwned: true))
            .AddFeed(Feed(settings, controller, FooController.Foos, isOwned: false));
    }

    private static FeedDefinition Feed(SiloSettings settings, Controller controller, ObjectKind kind, bool isOwned) => new()
    {
        Resource = kind.Resource,
        Decode = kind.Decode,
        Route = controller.Route,
        Grain = controller.Grain,
        GrainType = controller.GrainType,
        IsOwned = isOwned,
        Namespaces = settings.Namespaces,
        Ranges = settings.FeedRanges.GetValueOrDefault(kind.Resource.Plural, 1),
    };
}
