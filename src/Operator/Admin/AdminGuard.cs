using System.Net;
using OrleansOperator.Silo.Hosting;

namespace OrleansOperator.Silo.Admin;

/// <summary>
/// Keeps the admin pages off the probe address, and on the admin address keeps out what would let a web page or a curious
/// call do harm. Who may see them is decided by <c>kubectl port-forward</c> and Kubernetes RBAC on loopback, and by a token elsewhere.
/// </summary>
internal static class AdminGuard
{
    private static readonly PathString[] ProbePaths = ["/healthz", "/readyz", "/metrics"];

    /// <summary>Calls parameterless grain methods by reflection on any key, and activates grains for keys that do not exist.</summary>
    private static readonly PathString GrainState = "/dashboard/GrainState";

    /// <summary>Whether a request is served.</summary>
    /// <param name="listener">The listener that accepted its connection; null, and nothing served, for one that this host does not know.</param>
    /// <param name="hasToken">Whether the admin pages ask for a token.</param>
    /// <param name="request">The request.</param>
    public static bool Allows(ListenerFeature? listener, bool hasToken, HttpRequest request)
    {
        if (listener is null)
            return false;
        if (!listener.IsAdmin)
            return Array.Exists(ProbePaths, probe => request.Path.StartsWithSegments(probe));
        if (!listener.IsLoopback && !hasToken)
            return false;

        // A page of another site can make a browser call loopback under that site's name (DNS rebinding).
        if (listener.IsLoopback && !IsLoopbackName(request.Host.Host))
            return false;
        return !IsFromAnotherSite(request) && !request.Path.StartsWithSegments(GrainState);
    }

    /// <summary>Answers 404 to what is not allowed.</summary>
    public static IApplicationBuilder UseAdminGuard(this IApplicationBuilder app, bool hasToken) =>
        app.Use((context, next) =>
        {
            if (Allows(context.Features.Get<ListenerFeature>(), hasToken, context.Request))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });

    /// <summary>Whether a page of another origin asks in the background; who follows a link from there is welcome (Fetch Metadata, W3C).</summary>
    private static bool IsFromAnotherSite(HttpRequest request) =>
        request.Headers["Sec-Fetch-Site"].ToString() is "cross-site" or "same-site"
        && !(request.Headers["Sec-Fetch-Mode"] == "navigate" && HttpMethods.IsGet(request.Method));

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
