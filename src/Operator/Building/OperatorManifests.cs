using System.CommandLine;
using System.Reflection;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.ManifestGeneration;
using OrleansOperator.ManifestGeneration.CommandLine;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Building;

/// <summary>The manifests of an operator: what its registrations define and need.</summary>
internal static class OperatorManifests
{
    /// <summary>The command that writes them.</summary>
    public static Command Command(OperatorDefinition definition)
    {
        var assembly = Assembly.GetEntryAssembly()?.GetName();
        return ManifestsCommand.Create(() => Source(definition), (assembly?.Name ?? "operator").Split('.')[^1].ToLowerInvariant(), assembly?.Version?.ToString(3) ?? "0.0.0");
    }

    /// <summary>What they are generated from.</summary>
    /// <exception cref="ManifestException">No types describe a kind.</exception>
    public static ManifestSource Source(OperatorDefinition definition)
    {
        var undescribed = definition.Controllers.Where(static controller => controller.Definition is null)
            .Select(static controller => $"{controller.Controller.Kind.QualifiedName}: no types describe it, and its CRD is written by hand").ToList();
        if (undescribed.Count > 0)
            throw new ManifestException("The manifests", undescribed);
        var services = new ServiceCollection();
        definition.AddTo(services, new SiloSettings());
        using var provider = services.BuildServiceProvider();
        return new ManifestSource([.. definition.Controllers.Select(static controller => controller.Definition!)], provider.GetPermissionRequirements());
    }
}
