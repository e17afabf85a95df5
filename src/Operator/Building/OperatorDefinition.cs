using System.Reflection;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.KubeApi.Events;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Building;

/// <summary>What an operator consists of.</summary>
/// <param name="Controllers">Its controllers.</param>
/// <param name="Manifests">The assemblies whose manifests are applied with <c>--dev</c>.</param>
internal sealed record OperatorDefinition(IReadOnlyList<ControllerRegistration> Controllers, IReadOnlyList<Assembly> Manifests)
{
    /// <summary>Adds the controllers, and the feeds that tell them.</summary>
    public void AddTo(IServiceCollection services, SiloSettings settings)
    {
        foreach (var registration in Controllers)
            registration.AddTo(services, settings);
        services.AddPermissionRequirements(EventPermissions.All.In(settings.Namespaces));
        ControllerFeeds.AddTo(services, [.. Controllers.Select(registration => registration.Controller)], settings);
        foreach (var codec in Controllers.SelectMany(registration => registration.Kinds).OfType<ISnapshotCodec>())
            services.AddSingleton(codec);
    }
}
