namespace OrleansOperator.Silo.Admin;

/// <summary>
/// Answers for the Orleans dashboard while this silo is no active member of its cluster: the dashboard asks a grain, and none can
/// be called.
/// </summary>
internal static class DashboardGate
{
    /// <summary>Answers 503 under a path while the silo joins or leaves.</summary>
    public static IApplicationBuilder UseDashboardGate(this IApplicationBuilder app, PathString path)
    {
        var membership = app.ApplicationServices.GetRequiredService<ISiloStatusOracle>();
        return app.Use((context, next) =>
        {
            if (membership.CurrentStatus == SiloStatus.Active || !context.Request.Path.StartsWithSegments(path))
                return next(context);
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            return context.Response.WriteAsync("The silo has not joined its cluster: /readyz says what it waits for.\n", context.RequestAborted);
        });
    }
}
