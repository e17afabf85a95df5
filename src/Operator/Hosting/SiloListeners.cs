using Microsoft.AspNetCore.Server.Kestrel.Core;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Hosting;

/// <summary>The listener that accepted a connection: a feature of each connection and request, set by the listener itself.</summary>
/// <param name="IsAdmin">Whether it is one of <c>--admin-urls</c>; else it is one of <c>--urls</c>.</param>
/// <param name="IsLoopback">Whether only this machine can connect to it.</param>
internal sealed record ListenerFeature(bool IsAdmin, bool IsLoopback);

/// <summary>Makes Kestrel listen on the probe and admin addresses, and mark each connection with the listener that accepted it.</summary>
internal static class SiloListeners
{
    public static void UseSiloListeners(this IWebHostBuilder web, SiloSettings settings)
    {
        // Base images set ASPNETCORE_HTTP_PORTS, of which Kestrel would warn that it is overridden.
        web.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "");
        web.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var url in settings.ProbeUrls())
                Listen(kestrel, ListenAddress.Parse(url), isAdmin: false);
            foreach (var url in settings.AdminUrls)
                Listen(kestrel, ListenAddress.Parse(url), isAdmin: true);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, ListenAddress address, bool isAdmin)
    {
        var feature = new ListenerFeature(isAdmin, address.IsLoopback);
        void Mark(ListenOptions listen) => listen.Use(next => connection =>
        {
            connection.Features.Set(feature);
            return next(connection);
        });

        switch (address.Host)
        {
            case ListenAddress.All:
                kestrel.ListenAnyIP(address.Port, Mark);
                break;
            case ListenAddress.Localhost:
                kestrel.ListenLocalhost(address.Port, Mark);
                break;
            default:
                kestrel.Listen(address.Addresses[0], address.Port, Mark);
                break;
        }
    }
}
