using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Metadata;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Controllers;

/// <summary>Registers controllers.</summary>
public static class ControllerServiceCollectionExtensions
{
    /// <summary>Adds a controller, whose objects are grains of a type named like it; the engine and the API server must be added too.</summary>
    /// <typeparam name="TObject">The snapshots of the kind that it reconciles.</typeparam>
    public static IServiceCollection AddController<TObject>(this IServiceCollection services, Controller controller)
        where TObject : ReconciledSnapshot
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(controller);
        services.AddController(controller.Name);
        services.AddSingleton(controller);
        services.AddSingleton(provider => ActivatorUtilities.CreateInstance<ControllerRuntime<TObject>>(provider, controller));
        services.AddSingleton<IGrainTypeProvider>(new ObjectGrainType(typeof(ObjectGrain<TObject>), controller.GrainType));
        return services.Configure<GrainTypeOptions>(static options => options.Classes.Add(typeof(ObjectGrain<TObject>)));
    }

    /// <summary>Names the type of a controller's grains: their class is one of the engine's for any kind, closed over this one.</summary>
    private sealed class ObjectGrainType(Type grainClass, GrainType grainType) : IGrainTypeProvider
    {
        public bool TryGetGrainType(Type type, out GrainType result)
        {
            result = type == grainClass ? grainType : default;
            return type == grainClass;
        }
    }
}
