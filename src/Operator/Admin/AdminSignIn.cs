using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using OrleansOperator.Observability;
using OrleansOperator.Silo.Hosting;

namespace OrleansOperator.Silo.Admin;

/// <summary>
/// Lets requests to the admin addresses pass that carry the token: programs as <c>Authorization: Bearer</c>, browsers as a session
/// cookie that they get for the token at <c>/sign-in</c>.
/// </summary>
internal sealed class AdminSignIn(AdminToken token, FailedAttempts failures, TimeProvider time, ILogger<AdminSignIn> logger) : IMiddleware, IDisposable
{
    public const string Path = "/sign-in", Cookie = "orleans-operator-session";

    private const string Scheme = "Bearer ";
    private const int LongestForm = 16 * 1024;

    private readonly LogSummary _refusals = new(logger, time);

    public Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (context.Features.Get<ListenerFeature>() is not { IsAdmin: true } || (request.Cookies[Cookie] is { } session && token.IsSession(session)))
            return next(context);
        if (request.Path == Path && HttpMethods.IsPost(request.Method))
            return SignInAsync(context);
        if (request.Headers.Authorization.ToString() is var header && !header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return ChallengeAsync(context, problem: null);
        return Try(context, header[Scheme.Length..].Trim()) is { } problem ? ChallengeAsync(context, problem) : next(context);
    }

    public void Dispose() => _refusals.Dispose();

    /// <summary>Why a token is not accepted; null when it is.</summary>
    private string? Try(HttpContext context, string presented)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (failures.Wait(address) is { } wait)
        {
            context.Response.StatusCode = StatusCodes.Status429TooManyRequests;
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            Report("too many failed attempts", address);
            return "Too many failed attempts: wait a minute.";
        }

        if (token.Matches(presented))
            return null;
        failures.Add(address);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        Report("wrong token", address);
        return "This is not the token.";
    }

    private async Task SignInAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = LongestForm;
        IFormCollection form;
        try
        {
            form = await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidOperationException or BadHttpRequestException)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        var to = LocalPath(form[SignInPage.TargetField].ToString());
        if (Try(context, form[SignInPage.TokenField].ToString().Trim()) is { } problem)
        {
            await PageAsync(context, to, problem);
            return;
        }

        context.Response.Cookies.Append(Cookie, token.NewSession() ?? "", new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = AdminToken.SessionLength,
        });
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = to;
    }

    private static async Task ChallengeAsync(HttpContext context, string? problem)
    {
        var (request, response) = (context.Request, context.Response);
        if (response.StatusCode == StatusCodes.Status200OK)
            response.StatusCode = StatusCodes.Status401Unauthorized;
        if (HttpMethods.IsGet(request.Method) && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase))
        {
            await PageAsync(context, request.Path == Path ? "/" : request.PathBase + request.Path + request.QueryString, problem);
            return;
        }

        response.Headers.WWWAuthenticate = "Bearer realm=\"orleans-operator\"";
        response.Headers.CacheControl = "no-store";
        await response.WriteAsync($"{problem ?? "This address needs a token: send it as Authorization: Bearer, or sign in with a browser."}\n", context.RequestAborted);
    }

    private static Task PageAsync(HttpContext context, string to, string? problem)
    {
        var response = context.Response;
        response.ContentType = "text/html; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers.ContentSecurityPolicy = SignInPage.Policy;
        return response.WriteAsync(SignInPage.Html(to, problem), context.RequestAborted);
    }

    /// <summary>The path of this server to go on to: what a form says may be an address elsewhere.</summary>
    private static string LocalPath(string to) =>
        to.StartsWith('/') && !to.StartsWith("//", StringComparison.Ordinal) && !to.Any(c => c is '\\' or < ' ' or > '~') ? to : "/";

    private void Report(string cause, IPAddress address) =>
        _refusals.Report(LogLevel.Warning, "A sign-in to the admin pages failed", cause, cause, address.Plain().ToString());
}
