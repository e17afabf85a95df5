using Microsoft.Extensions.DependencyInjection;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.WatchIngest;

/// <summary>Registers the kinds that are watched.</summary>
public static class FeedServiceCollectionExtensions
{
    /// <summary>Adds a kind, and the permissions that watching it takes.</summary>
    public static IServiceCollection AddFeed(this IServiceCollection services, FeedDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        var kind = definition.Resource.Kind;
        PermissionRequirement[] permissions =
        [
            new("list", definition.Resource, $"know which {kind}s there are"),
            new("watch", definition.Resource, $"learn of changes of {kind}s"),
        ];
        return services.AddSingleton(definition).AddPermissionRequirements(permissions.In(definition.Namespaces));
    }
}
