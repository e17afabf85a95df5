using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Foos;

/// <summary>Registers what Foo grains need.</summary>
public static class FooServiceCollectionExtensions
{
    /// <summary>Adds the Foo controller's services; the engine and the API server must be added too.</summary>
    public static IServiceCollection AddFoos(this IServiceCollection services)
    {
        services.AddController(FooResources.Controller);
        services.TryAddSingleton(static provider =>
            new FooWriter(new JournaledApi(provider.GetRequiredService<IKubeApi>(), provider.GetRequiredService<TimeProvider>())));
        services.TryAddSingleton<FooStatusSchema>();
        return services;
    }
}
