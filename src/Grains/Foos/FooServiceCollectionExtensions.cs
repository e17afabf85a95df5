using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace OrleansOperator.Grains.Foos;

/// <summary>Registers what Foo grains need.</summary>
public static class FooServiceCollectionExtensions
{
    /// <summary>Adds the Foo controller's services; the engine and the API server must be added too.</summary>
    public static IServiceCollection AddFoos(this IServiceCollection services)
    {
        services.TryAddSingleton<FooWriter>();
        services.TryAddSingleton<FooStatusSchema>();
        return services;
    }
}
