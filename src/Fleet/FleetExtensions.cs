using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using OrleansOperator.Fleet.Api;
using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Pages;
using OrleansOperator.Fleet.Silos;

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
        silo.Services.AddSingleton<SiloReporter>();
        silo.Services.AddSingleton<FleetClient>();
        silo.Services.AddSingleton<FleetCluster>();
        silo.Services.AddSingleton<FleetReader>();
        silo.Services.AddSingleton<FleetApi>();
        silo.Services.AddSingleton<FleetPages>();
        return silo.AddGrainService<FleetService>();
    }

    /// <summary>
    /// Serves the pages at <c>/</c>, and what they show as JSON under <c>/api</c>. They need no inline script or style, so that
    /// a strict content security policy holds for them; the host sets it.
    /// </summary>
    public static IEndpointRouteBuilder MapFleet(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        endpoints.MapGet("/api/objects", static context => Api(context).ListAsync(context));
        endpoints.MapGet("/api/objects/{controller}/{namespace}/{name}", static context => Api(context).FindAsync(context));
        endpoints.MapGet("/", static context => Pages(context).ListAsync(context));
        endpoints.MapGet("/objects/{controller}/{namespace}/{name}", static context => Pages(context).FindAsync(context));
        endpoints.MapGet("/silos", static context => Pages(context).SilosAsync(context));
        endpoints.MapGet("/api/silos", static context => Api(context).SilosAsync(context));
        foreach (var asset in (Asset[])[Asset.Style, Asset.Script, Asset.Icon])
            endpoints.MapGet(asset.Route, asset.SendAsync);
        return endpoints;
    }

    private static FleetPages Pages(HttpContext context) => context.RequestServices.GetRequiredService<FleetPages>();

    private static FleetApi Api(HttpContext context) => context.RequestServices.GetRequiredService<FleetApi>();
}
