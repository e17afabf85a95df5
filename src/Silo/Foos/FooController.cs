using OrleansOperator.Fleet;
using OrleansOperator.Grains.Foos;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.KubeApi.Events;
using OrleansOperator.Silo.Settings;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Silo.Foos;

/// <summary>The one registration of the Foo controller: its kinds, and how each reaches the grains.</summary>
internal static class FooController
{
    private static readonly GrainType FooGrainType = GrainType.Create(FooResources.GrainType);

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

    public static IServiceCollection AddFooController(this IServiceCollection services, SiloSettings settings) =>
        services
            .AddFoos()
            .AddSingleton(Fleet)
            .AddPermissionRequirements(FooPermissions.All.Concat(EventPermissions.All).In(settings.Namespaces))
            .AddFeed(Feed(settings, FooResources.Deployments, DeploymentDecoder.Decode, isOwned: true))
            .AddFeed(Feed(settings, FooResources.Foos, FooDecoder.Decode, isOwned: false));

    private static FeedDefinition Feed(SiloSettings settings, ResourceType resource, SnapshotDecoder decode, bool isOwned) => new()
    {
        Resource = resource,
        Decode = decode,
        Route = FooResources.Route,
        Grain = static (grains, key) => grains.GetGrain<IFooGrain>(key.ToString()),
        GrainType = FooGrainType,
        IsOwned = isOwned,
        Namespaces = settings.Namespaces,
        Ranges = settings.FeedRanges.GetValueOrDefault(resource.Plural, 1),
    };
}
