using System.Net;

namespace OrleansOperator.Silo.Hosting;

/// <summary>
/// Keeps the dashboard off the probe address, and on the admin address keeps out what would let a web page or a curious
/// call do harm. The dashboard has no authentication of its own: <c>kubectl port-forward</c> and Kubernetes RBAC guard it.
/// </summary>
internal static class AdminGuard
{
    private static readonly PathString[] ProbePaths = ["/healthz", "/readyz", "/metrics"];

    /// <summary>Calls parameterless grain methods by reflection on any key, and activates grains for keys that do not exist.</summary>
    private static readonly PathString GrainState = "/dashboard/GrainState";

    /// <summary>Whether a request is served.</summary>
    /// <param name="listener">The listener that accepted its connection; null, and nothing served, for one that this host does not know.</param>
    /// <param name="host">The Host header without port.</param>
    /// <param name="path">The path.</param>
    public static bool Allows(ListenerFeature? listener, string host, PathString path)
    {
        if (listener is null)
            return false;
        if (!listener.IsAdmin)
            return Array.Exists(ProbePaths, probe => path.StartsWithSegments(probe));

        // A page of another site can make a browser call loopback under that site's name (DNS rebinding).
        if (listener.IsLoopback && !IsLoopbackName(host))
            return false;
        return !path.StartsWithSegments(GrainState);
    }

    /// <summary>Answers 404 to what is not allowed.</summary>
    public static IApplicationBuilder UseAdminGuard(this IApplicationBuilder app) =>
        app.Use((context, next) =>
        {
            if (Allows(context.Features.Get<ListenerFeature>(), context.Request.Host.Host, context.Request.Path))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
