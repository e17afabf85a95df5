using Microsoft.AspNetCore.Http;
using OrleansOperator.Fleet.Api;
using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Html;
using OrleansOperator.Fleet.Objects;

namespace OrleansOperator.Fleet.Pages;

/// <summary>Answers requests for pages: asks the silos, then writes.</summary>
internal sealed class FleetPages(FleetReader fleet, FleetKinds kinds, TimeProvider clock)
{
    /// <summary><c>GET /</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        ObjectQuery query;
        try
        {
            query = ObjectQueryText.Parse(context.Request.Query, kinds);
        }
        catch (FleetQueryException e)
        {
            await SendAsync(context, html => MessagePage.Write(html, "This address is not understood", e.Message), StatusCodes.Status400BadRequest);
            return;
        }

        var found = await fleet.ListAsync(query, context.RequestAborted);
        await SendAsync(context, html => new ObjectsPage(kinds, query, clock.GetUtcNow()).Write(html, found));
    }

    /// <summary><c>GET /objects/{controller}/{namespace}/{name}</c>.</summary>
    public async Task FindAsync(HttpContext context)
    {
        var (controller, key) = FleetApi.ObjectOf(context);
        var found = await fleet.FindAsync(controller, key, context.RequestAborted);
        if (kinds.Find(controller) is not { } kind || found is { Detail: null, Runs.Count: 0, Silent.Count: 0 })
        {
            await SendAsync(
                context, html => MessagePage.Write(html, "Not found", $"No silo holds an object {key} of the controller {controller}, or remembers one."), StatusCodes.Status404NotFound);
            return;
        }

        await SendAsync(context, html => new DetailPage(kind, key, clock.GetUtcNow()).Write(html, found));
    }

    /// <summary><c>GET /silos</c>.</summary>
    public async Task SilosAsync(HttpContext context)
    {
        var answers = await fleet.SilosAsync(context.RequestAborted);
        await SendAsync(context, html => SilosPage.Write(html, answers, clock.GetUtcNow()));
    }

    private static async Task SendAsync(HttpContext context, Action<HtmlWriter> write, int status = StatusCodes.Status200OK)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        write(new HtmlWriter(context.Response.BodyWriter));
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }
}
