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

    /// <summary>Whether a request may go on.</summary>
    /// <param name="onAdminPort">Whether it came in on the admin address: by the socket, not by the Host header.</param>
    /// <param name="boundToLoopback">Whether the connection's own end is loopback.</param>
    /// <param name="host">The Host header without port.</param>
    /// <param name="path">The path.</param>
    public static bool Allows(bool onAdminPort, bool boundToLoopback, string host, PathString path)
    {
        if (!onAdminPort)
            return Array.Exists(ProbePaths, probe => path.StartsWithSegments(probe));

        // A page of another site can make a browser call loopback under that site's name (DNS rebinding).
        if (boundToLoopback && !IsLoopbackName(host))
            return false;
        return !path.StartsWithSegments(GrainState);
    }

    /// <summary>Answers 404 to what is not allowed.</summary>
    public static IApplicationBuilder UseAdminGuard(this IApplicationBuilder app, IReadOnlySet<int> adminPorts) =>
        app.Use((context, next) =>
        {
            var connection = context.Connection;
            var loopback = connection.LocalIpAddress is { } local && IPAddress.IsLoopback(local);
            if (Allows(adminPorts.Contains(connection.LocalPort), loopback, context.Request.Host.Host, context.Request.Path))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
