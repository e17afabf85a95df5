using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Silo.Settings;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Silo.Building;

/// <summary>The feeds that tell controllers of their objects and of what these own.</summary>
internal static class ControllerFeeds
{
    /// <summary>Adds a feed for each resource.</summary>
    /// <exception cref="SettingsException">The settings do not suit the controllers.</exception>
    public static void AddTo(IServiceCollection services, IReadOnlyList<Controller> controllers, SiloSettings settings)
    {
        // Owned kinds first: their lists are told before their owners'.
        foreach (var controller in controllers)
        {
            foreach (var kind in controller.Owned)
                services.AddFeed(Feed(settings, controller, kind, isOwned: true));
            services.AddFeed(Feed(settings, controller, controller.Kind, isOwned: false));
        }
    }

    private static FeedDefinition Feed(SiloSettings settings, Controller controller, ObjectKind kind, bool isOwned) => new()
    {
        Resource = kind.Resource,
        Decode = kind.Decode,
        Route = controller.Route,
        Grain = controller.Grain,
        GrainType = controller.GrainType,
        IsOwned = isOwned,
        Namespaces = kind.Resource.IsClusterScoped ? [] : settings.Namespaces,
        Ranges = settings.FeedRanges.GetValueOrDefault(kind.Resource.Plural, 1),
    };
}
