using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.KubeApi;

/// <summary>Registers the API server for dependency injection.</summary>
public static class KubeApiServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IKubeApi"/>, one client for the life of the process, and the <see cref="AccessMonitor"/> that names missing
    /// permissions. Its options are checked when the host starts.
    /// </summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="configure">Sets options; null when they come from a configuration section.</param>
    public static IServiceCollection AddKubeApi(this IServiceCollection services, Action<KubeApiOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<KubeApiOptions>, KubeApiOptionsValidator>());
        var options = services.AddOptions<KubeApiOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);

        services.TryAddSingleton<KubeApiMetrics>();
        services.TryAddSingleton(static provider => KubeApiClient.Create(
            provider.GetRequiredService<IOptions<KubeApiOptions>>().Value,
            provider.GetRequiredService<KubeApiMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetService<ILoggerFactory>()));
        services.TryAddSingleton<IKubeApi>(static provider => provider.GetRequiredService<KubeApiClient>());
        services.TryAddSingleton(static provider => new AccessMonitor(
            provider.GetRequiredService<IKubeApi>(),
            provider.GetPermissionRequirements(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<AccessMonitor>>()));
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, AccessMonitor>(static provider => provider.GetRequiredService<AccessMonitor>()));
        return services;
    }

    /// <summary>
    /// Adds <see cref="IEventRecorder"/>. Register it before what records events: hosted services stop in reverse order, and
    /// the recorder must outlive them to write their last ones.
    /// </summary>
    /// <param name="services">Where to add it, <see cref="AddKubeApi"/> done.</param>
    /// <param name="configure">Sets options; null when they come from a configuration section.</param>
    public static IServiceCollection AddEventRecorder(this IServiceCollection services, Action<EventRecorderOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<EventRecorderOptions>, EventRecorderOptionsValidator>());
        var options = services.AddOptions<EventRecorderOptions>().ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);

        services.TryAddSingleton(static provider => new EventRecorder(
            provider.GetRequiredService<IKubeApi>(),
            provider.GetRequiredService<IOptions<EventRecorderOptions>>().Value,
            provider.GetRequiredService<KubeApiMetrics>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<EventRecorder>>()));
        services.TryAddSingleton<IEventRecorder>(static provider => provider.GetRequiredService<EventRecorder>());
        services.AddHostedService(static provider => provider.GetRequiredService<EventRecorder>());
        return services;
    }
}
