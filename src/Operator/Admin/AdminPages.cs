using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Admin;

/// <summary>Who sees the admin pages, and what a browser may do with them.</summary>
internal static partial class AdminPages
{
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    /// <summary>The Orleans dashboard has style attributes, and images and fonts within its style sheet.</summary>
    private const string DashboardPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

    private static readonly PathString s_dashboard = "/dashboard";

    /// <summary>Adds the sign-in when <c>--admin-token-file</c> is given.</summary>
    public static void AddAdminPages(this IServiceCollection services, SiloSettings settings)
    {
        if (settings.AdminTokenFile is not { } file)
            return;
        services.AddSingleton(provider => new AdminToken(file, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<AdminToken>>()));
        services.AddSingleton<FailedAttempts>();
        services.AddSingleton<AdminSignIn>();
    }

    /// <summary>Guards everything that is mapped after it.</summary>
    /// <exception cref="SettingsException">The token file cannot be used.</exception>
    public static void UseAdminPages(this WebApplication app, SiloSettings settings)
    {
        var signIn = app.Services.GetService<AdminSignIn>();
        foreach (var url in settings.AdminUrls.Where(url => !ListenAddress.Parse(url).IsLoopback))
            Log.NotEncrypted(app.Logger, url);
        app.Use((context, next) =>
        {
            SetHeaders(context);
            return next(context);
        });
        app.UseAdminGuard(hasToken: signIn is not null);
        if (signIn is not null)
            app.UseMiddleware<AdminSignIn>();
    }

    /// <summary>What holds where a page does not set its own.</summary>
    private static void SetHeaders(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        if (context.Features.Get<ListenerFeature>() is not { IsAdmin: true })
            return;
        headers.ContentSecurityPolicy = context.Request.Path.StartsWithSegments(s_dashboard) ? DashboardPolicy : Policy;
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "The admin pages at {Url} are not encrypted, and whoever listens on the way learns the token: put TLS in front of them, or use kubectl port-forward")]
        public static partial void NotEncrypted(ILogger logger, string url);
    }
}
