using Microsoft.Extensions.DependencyInjection;

namespace OrleansOperator.KubeApi.Access;

/// <summary>Registers what components need to be allowed.</summary>
public static class PermissionRequirementExtensions
{
    /// <summary>Adds a component's permissions.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="permissions">The permissions.</param>
    public static IServiceCollection AddPermissionRequirements(this IServiceCollection services, IEnumerable<PermissionRequirement> permissions) =>
        services.AddSingleton(new PermissionSource([.. permissions]));

    /// <summary>Adds a component's permissions that only the finished container knows.</summary>
    /// <param name="services">Where to add them.</param>
    /// <param name="permissions">Makes the permissions.</param>
    public static IServiceCollection AddPermissionRequirements(this IServiceCollection services, Func<IServiceProvider, IEnumerable<PermissionRequirement>> permissions) =>
        services.AddSingleton(provider => new PermissionSource([.. permissions(provider)]));

    /// <summary>The permissions of all components that were added.</summary>
    public static IReadOnlyList<PermissionRequirement> GetPermissionRequirements(this IServiceProvider provider) =>
        [.. provider.GetServices<PermissionSource>().SelectMany(static source => source.Permissions)];

    /// <summary>The same permissions in some namespaces; none for all.</summary>
    public static IEnumerable<PermissionRequirement> In(this IEnumerable<PermissionRequirement> permissions, params IReadOnlyList<string> namespaces) =>
        permissions.Select(permission => permission with { Namespaces = namespaces });

    /// <summary>What one component has added.</summary>
    private sealed record PermissionSource(IReadOnlyList<PermissionRequirement> Permissions);
}
