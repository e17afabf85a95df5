namespace OrleansOperator.Silo.Health;

/// <summary>The probes: what they ask, and where they answer.</summary>
internal static class ProbeExtensions
{
    /// <summary>Adds the checks.</summary>
    public static IServiceCollection AddProbes(this IServiceCollection services)
    {
        services.AddHealthChecks()
            .AddCheck<SiloHealth>("silo", tags: [HealthTags.Ready])
            .AddCheck<FeedHealth>("feeds", tags: [HealthTags.Ready])
            .AddCheck<PermissionHealth>("permissions", tags: [HealthTags.Ready]);
        return services;
    }

    /// <summary>Answers at <c>/healthz</c> and <c>/readyz</c>.</summary>
    public static IEndpointRouteBuilder MapProbes(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/healthz", HealthText.Options(HealthTags.Live));
        routes.MapHealthChecks("/readyz", HealthText.Options(HealthTags.Ready));
        return routes;
    }
}
