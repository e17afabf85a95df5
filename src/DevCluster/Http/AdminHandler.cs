using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Audit;
using OrleansOperator.DevCluster.Faults;

namespace OrleansOperator.DevCluster.Http;

/// <summary>Faults and the audit log for other processes, under <c>/devcluster</c>.</summary>
internal sealed class AdminHandler(FaultInjector faults, AuditLog audit)
{
    private static readonly JsonSerializerOptions Web = new(JsonSerializerDefaults.Web);

    public async Task HandleAsync(HttpContext http)
    {
        switch (http.Request.Method, http.Request.Path.Value)
        {
            case ("GET", "/devcluster/audit"):
                await AuditAsync(http);
                return;
            case ("GET", "/devcluster/audit/counts"):
                var counts = new JsonObject();
                foreach (var ((verb, resource), count) in audit.Counts().OrderBy(pair => pair.Key.Resource, StringComparer.Ordinal))
                    counts.Ensure(resource)[verb] = count;
                await ResponseWriter.JsonAsync(http, 200, counts);
                return;
            case ("GET", "/devcluster/audit/clients"):
                var clients = new JsonObject();
                foreach (var ((agent, verb, resource), count) in audit.CountsByClient().OrderBy(pair => pair.Key.Resource, StringComparer.Ordinal))
                    clients.Ensure(agent).Ensure(resource)[verb] = count;
                await ResponseWriter.JsonAsync(http, 200, clients);
                return;
            case ("POST", "/devcluster/faults"):
                var body = BodyReader.ParseJson(await BodyReader.ReadAsync(http), why => $"the fault does not parse: {why}");
                Start(body as JsonObject ?? throw ApiErrors.BadRequest("a fault is an object with the field 'fault'"));
                await ResponseWriter.JsonAsync(http, 200, new JsonObject { ["status"] = "Success" });
                return;
            case ("DELETE", "/devcluster/faults"):
                faults.Clear();
                await ResponseWriter.JsonAsync(http, 200, new JsonObject { ["status"] = "Success" });
                return;
            default:
                await ResponseWriter.NotFoundPageAsync(http);
                return;
        }
    }

    private async Task AuditAsync(HttpContext http)
    {
        var query = http.Request.Query;
        var since = long.TryParse(query["since"], NumberStyles.None, CultureInfo.InvariantCulture, out var mark) ? mark : 0;
        var entries = audit.Since(since).Where(entry =>
            (query["verb"] is not [{ Length: > 0 } verb] || entry.Verb == verb)
            && (query["resource"] is not [{ Length: > 0 } resource] || entry.Resource == resource)
            && (query["namespace"] is not [{ Length: > 0 } ns] || entry.Namespace == ns)
            && (query["client"] is not [{ Length: > 0 } client] || entry.UserAgent.Contains(client, StringComparison.Ordinal))
            && (query["writes"] is not ["true"] || entry.IsWrite));
        http.Response.ContentType = "application/json";
        await JsonSerializer.SerializeAsync(http.Response.Body, new { mark = audit.Mark(), entries }, Web, http.RequestAborted);
    }

    private void Start(JsonObject fault)
    {
        try
        {
            Begin(fault);
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw ApiErrors.BadRequest($"the fault's {e.ParamName}: {e.Message}");
        }
    }

    private void Begin(JsonObject fault)
    {
        var (verb, resource, client) = (fault.Text("verb"), fault.Text("resource"), fault.Text("client"));
        var count = Whole(fault, "count");
        var seconds = Real(fault, "seconds") is { } s and >= 0 and < 1e9 ? TimeSpan.FromSeconds(s) : (TimeSpan?)null;
        switch (fault.Text("fault"))
        {
            case "cutWatches":
                faults.CutWatches(resource);
                break;
            case "cutWatchesInMidFrame":
                faults.CutWatchesInMidFrame(resource);
                break;
            case "stallWatches":
                faults.StallWatches(resource);
                break;
            case "resumeWatches":
                faults.ResumeWatches();
                break;
            case "compactHistory":
                faults.CompactHistory(resource);
                break;
            case "fail":
                var status = Whole(fault, "status") ?? throw ApiErrors.BadRequest("the fault 'fail' needs 'status'");
                faults.Fail(verb, resource, status, count, Real(fault, "share") ?? 1, seconds, client);
                break;
            case "delay":
                faults.Delay(verb, resource, seconds ?? throw ApiErrors.BadRequest("the fault 'delay' needs 'seconds'"), count, client);
                break;
            case "loseAnswers":
                faults.LoseAnswers(verb, resource, count, client);
                break;
            case "goAway":
                faults.GoAway();
                break;
            case "comeBack":
                faults.ComeBack();
                break;
            case var other:
                throw ApiErrors.BadRequest($"unknown fault '{other}': one of cutWatches, cutWatchesInMidFrame, stallWatches, resumeWatches, compactHistory, fail, delay, loseAnswers, goAway, comeBack");
        }
    }

    private static int? Whole(JsonObject fault, string field) =>
        !fault.ContainsKey(field) ? null
        : fault.Number(field) is { } number and >= int.MinValue and <= int.MaxValue ? (int)number
        : throw ApiErrors.BadRequest($"the fault's '{field}' must be a whole number");

    private static double? Real(JsonObject fault, string field) =>
        !fault.ContainsKey(field) ? null
        : fault[field].Real() ?? throw ApiErrors.BadRequest($"the fault's '{field}' must be a number");
}
