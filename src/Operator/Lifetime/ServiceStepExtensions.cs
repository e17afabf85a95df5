using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansOperator.Silo.Lifetime;

/// <summary>Registers hosted services that start in order, one after the other.</summary>
internal static class ServiceStepExtensions
{
    /// <summary>Makes the hosted services that a registration adds the next step: started after those before, stopped before them.</summary>
    /// <param name="services">Where to add it.</param>
    /// <param name="name">What it starts, as the log names it.</param>
    /// <param name="register">Registers it.</param>
    /// <param name="undo">Undoes what its start had done when it was interrupted; null where nothing is left behind.</param>
    public static IServiceCollection AddStep(
        this IServiceCollection services, string name, Action<IServiceCollection> register, Func<IServiceProvider, CancellationToken, Task>? undo = null)
    {
        HashSet<ServiceDescriptor> before = [.. services];
        register(services);
        foreach (var added in services.Where(service => service.ServiceType == typeof(IHostedService) && !service.IsKeyedService && !before.Contains(service)).ToList())
        {
            services.Remove(added);
            services.Add(added.ImplementationType is { } type
                ? ServiceDescriptor.KeyedSingleton(typeof(IHostedService), name, type)
                : ServiceDescriptor.KeyedSingleton<IHostedService>(name, (provider, _) => (IHostedService)added.ImplementationFactory!(provider)));
        }

        services.AddSingleton(new ServiceStep(name, undo));
        services.TryAddSingleton<ServiceSequence>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, ServiceSequence>(static provider => provider.GetRequiredService<ServiceSequence>()));
        return services;
    }
}
