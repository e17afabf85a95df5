using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using OrleansOperator.Fleet.Cluster;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Fleet.Api;

/// <summary>What the pages show, as JSON.</summary>
internal sealed class FleetApi(FleetReader fleet, FleetKinds kinds)
{
    /// <summary><c>GET /api/objects</c>.</summary>
    public async Task ListAsync(HttpContext context)
    {
        try
        {
            var query = ObjectQueryText.Parse(context.Request.Query, kinds);
            var found = await fleet.ListAsync(query, context.RequestAborted);
            var page = found.Page;
            await WriteAsync(context, new ListJson(
                [.. page.Rows.Select(row => ObjectJson.Of(row, kinds))], page.Matched, page.First, page.Counts,
                page.Next?.ToCursor(), page.Previous?.ToCursor(), found.Silent, found.NotReady),
                FleetJson.Default.ListJson);
        }
        catch (FleetQueryException e)
        {
            await WriteAsync(context, new ErrorJson(e.Message), FleetJson.Default.ErrorJson, StatusCodes.Status400BadRequest);
        }
    }

    /// <summary><c>GET /api/objects/{controller}/{namespace}/{name}</c>.</summary>
    public async Task FindAsync(HttpContext context)
    {
        var (controller, key) = ObjectOf(context);
        var found = await fleet.FindAsync(controller, key, context.RequestAborted);
        if (found is { Detail: null, Runs.Count: 0, Silent.Count: 0 })
        {
            await WriteAsync(context, new ErrorJson($"No silo holds an object {key} of controller {controller}."), FleetJson.Default.ErrorJson, StatusCodes.Status404NotFound);
            return;
        }

        var detail = found.Detail;
        await WriteAsync(context, new DetailJson(
            detail is null ? null : ObjectJson.Of(detail.Row, kinds), detail?.Uid, detail?.Generation, detail?.ResourceVersion.ToString(System.Globalization.CultureInfo.InvariantCulture),
            [.. (detail?.Conditions ?? []).Select(condition => new ConditionJson(
                condition.Type, condition.Status, condition.Reason, condition.Message, condition.LastTransitionTime, condition.ObservedGeneration))],
            detail?.Checked, [.. found.Runs.Select(Run)], found.Silent), FleetJson.Default.DetailJson);
    }

    /// <summary><c>GET /api/silos</c>.</summary>
    public async Task SilosAsync(HttpContext context)
    {
        var answers = await fleet.SilosAsync(context.RequestAborted);
        await WriteAsync(context, new SilosJson([.. answers.Answers.Select(answer => SiloJson.Of(answer.Silo, answer.Answer))], answers.Silent), FleetJson.Default.SilosJson);
    }

    /// <summary>The object that a path names.</summary>
    public static (string Controller, ObjectKey Key) ObjectOf(HttpContext context)
    {
        var values = context.Request.RouteValues;
        return (values["controller"]!.ToString()!, new ObjectKey(values["namespace"]!.ToString()!, values["name"]!.ToString()!));
    }

    private static RunJson Run(SiloRun sighted)
    {
        var run = sighted.Run;
        return new RunJson(
            sighted.Silo, run.Started, run.Took.TotalSeconds, run.Outcome.ToString().ToLowerInvariant(), run.Due, run.Problem,
            [.. run.Steps.Select(step => new StepJson(step.Plan, step.Why,
                [.. step.Requests.Select(request => new RequestJson(
                    request.Method, request.Path, Body(request.Body), request.Failed, request.Code, request.Answer,
                    request.Took.TotalSeconds))]))]);
    }

    /// <summary>A body as the JSON that it is; as text when it was cut, so that it is none.</summary>
    private static JsonElement? Body(byte[] body)
    {
        if (body.Length == 0)
            return null;
        try
        {
            return JsonSerializer.Deserialize(body, FleetJson.Default.JsonElement);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(Encoding.UTF8.GetString(body), FleetJson.Default.String);
        }
    }

    private static Task WriteAsync<T>(HttpContext context, T value, JsonTypeInfo<T> type, int status = StatusCodes.Status200OK)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return JsonSerializer.SerializeAsync(context.Response.Body, value, type, context.RequestAborted);
    }
}
