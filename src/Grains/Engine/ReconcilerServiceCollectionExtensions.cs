using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Hosting;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Metrics;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine;

/// <summary>Registers what reconciling grains need.</summary>
public static class ReconcilerServiceCollectionExtensions
{
    /// <summary>Adds the engine. Its options are checked when the host starts.</summary>
    public static IServiceCollection AddReconcilers(this IServiceCollection services, Action<ReconcilerOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddKeyedSingleton(TimeProviderNames.Grains, static (provider, _) => provider.GetRequiredService<TimeProvider>());
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ReconcilerOptions>, ReconcilerOptions.Validator>());
        var options = services.AddOptions<ReconcilerOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddSingleton(static provider => new ReconcileGate(provider.GetRequiredService<IOptions<ReconcilerOptions>>().Value.MaxConcurrentReconciles));
        services.TryAddSingleton<LocalReconcilers>();
        services.TryAddSingleton<ILocalReconcilers>(static provider => provider.GetRequiredService<LocalReconcilers>());
        services.TryAddSingleton<ReconcilerMetrics>();
        services.TryAddSingleton<ReconcileJournal>();
        services.TryAddSingleton<ReconcilerServices>();
        return services;
    }

    /// <summary>Makes a controller known by its name, so that its metrics begin at zero.</summary>
    public static IServiceCollection AddController(this IServiceCollection services, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return services.AddSingleton(new RegisteredController(name));
    }

    /// <summary>Has grains placed at their home, and registered there.</summary>
    public static IServiceCollection AddHomePlacement(this IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddSingleton<CurrentHomes>();
        services.AddPlacementDirector<HomePlacement, HomePlacementDirector>();
        services.AddGrainDirectory(HomeDirectory.Name, static (provider, _) => ActivatorUtilities.CreateInstance<HomeDirectory>(provider));
        return services;
    }
}
