using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansOperator.Fleet.Api;
using OrleansOperator.Fleet.Cluster;

namespace OrleansOperator.Fleet;

/// <summary>Adds the fleet pages to a silo.</summary>
public static class FleetExtensions
{
    /// <summary>Has the silo answer for its objects. Controllers register their <see cref="FleetKind"/> beside this.</summary>
    public static ISiloBuilder AddFleet(this ISiloBuilder silo)
    {
        ArgumentNullException.ThrowIfNull(silo);
        silo.Services.TryAddSingleton(TimeProvider.System);
        silo.Services.AddSingleton<FleetKinds>();
        silo.Services.AddSingleton<FleetClient>();
        silo.Services.AddSingleton<FleetCluster>();
        silo.Services.AddSingleton<FleetReader>();
        silo.Services.AddSingleton<FleetApi>();
        return silo.AddGrainService<FleetService>();
    }

    /// <summary>Serves the JSON API under <c>/api</c>.</summary>
    public static IEndpointRouteBuilder MapFleet(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet("/api/objects", static context => Api(context).ListAsync(context));
        endpoints.MapGet("/api/objects/{controller}/{namespace}/{name}", static context => Api(context).FindAsync(context));
        return endpoints;
    }

    private static FleetApi Api(HttpContext context) => context.RequestServices.GetRequiredService<FleetApi>();
}
