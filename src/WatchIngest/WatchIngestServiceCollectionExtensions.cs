using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using OrleansOperator.WatchIngest.AntiEntropy;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Health;

namespace OrleansOperator.WatchIngest;

/// <summary>Registers the watch ingest.</summary>
public static class WatchIngestServiceCollectionExtensions
{
    /// <summary>
    /// Adds the watch ingest for kinds that are registered as <see cref="FeedDefinition"/>. Call it after Orleans: its hosted
    /// service must start after the silo and stop before it.
    /// </summary>
    public static IServiceCollection AddWatchIngest(this IServiceCollection services, Action<WatchIngestOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<WatchIngestOptions>, WatchIngestOptions.Validator>());
        var options = services.AddOptions<WatchIngestOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddSingleton<WatchIngestMetrics>();
        services.TryAddSingleton<Dispatcher>();
        services.TryAddSingleton<Supervisor>();
        services.TryAddSingleton<IFeedPeers, FeedPeers>();
        services.TryAddSingleton<LocalFeeds>();
        services.TryAddSingleton<IngestServices>();
        services.AddGrainService<FeedPeer>();
        services.TryAddSingleton<FeedManager>();
        services.TryAddSingleton(static provider => new IngestReadiness(provider.GetRequiredService<FeedManager>()));
        services.AddHostedService(static provider => provider.GetRequiredService<FeedManager>());
        return services;
    }
}
