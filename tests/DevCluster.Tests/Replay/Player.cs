using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace OrleansOperator.DevCluster.Tests.Replay;

/// <summary>Runs a recording's steps against a server and says where its answers differ.</summary>
internal sealed partial class Player(Uri server, string token) : IAsyncDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _client = new() { BaseAddress = server };
    private readonly Dictionary<string, string> _saved = [];
    private readonly Dictionary<string, RecordedWatch> _watches = [];

    /// <summary>Runs one file; the answer names each step that differs.</summary>
    public async Task<IReadOnlyList<string>> PlayAsync(string file, CancellationToken cancellationToken)
    {
        var differing = new List<string>();
        var steps = JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken))!.AsArray();
        for (var index = 0; index < steps.Count; index++)
        {
            var step = Fill(steps[index]!).AsObject();
            var answer = await RunAsync(step, cancellationToken);
            if (answer is null || step["tidy"] is not null)
                continue;
            var differences = Difference.Between(step["answer"], answer).ToList();
            if (differences.Count > 0)
                differing.Add($"[{index}] {step["name"]} {step["do"]} {step["path"]}\n    " + string.Join("\n    ", differences));
        }

        return differing;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var watch in _watches.Values)
            await watch.DisposeAsync();
        _client.Dispose();
    }

    private async Task<JsonObject?> RunAsync(JsonObject step, CancellationToken cancellationToken)
    {
        // What a recording waits for by time is here before the answer to the request that caused it.
        if (step.ContainsKey("sleep"))
            return null;
        if (step["watch"] is { } watch)
        {
            _watches[watch.GetValue<string>()] = await RecordedWatch.OpenAsync(_client, Request(step, HttpMethod.Get), cancellationToken);
            return null;
        }

        return step.ContainsKey("events") ? await EventsAsync(step, cancellationToken) : await AskAsync(step, cancellationToken);
    }

    private async Task<JsonObject> EventsAsync(JsonObject step, CancellationToken cancellationToken)
    {
        var watch = _watches[step["events"]!.GetValue<string>()];
        var expected = step["answer"]!["events"]!.AsArray().Count;
        var events = await watch.TakeAsync(expected, step["bookmarks"] is not null, cancellationToken);
        return new JsonObject
        {
            ["code"] = watch.Code,
            ["events"] = new JsonArray([.. events.Select(one => (JsonNode)new JsonObject { ["type"] = one["type"]!.DeepClone(), ["object"] = Pick(one["object"], step) })]),
        };
    }

    private async Task<JsonObject> AskAsync(JsonObject step, CancellationToken cancellationToken)
    {
        var until = step["until"]?.AsArray();
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var request = Request(step, new HttpMethod(step["do"]!.GetValue<string>()));
            using var response = await _client.SendAsync(request, cancellationToken);
            var body = Parse(await response.Content.ReadAsStringAsync(cancellationToken));
            var code = (int)response.StatusCode;
            var asExpected = until is null
                || JsonNode.DeepEquals(Dig(body, until[0]!.GetValue<string>()), until[1])
                || JsonNode.DeepEquals(JsonValue.Create(code), until[1]);
            if (!asExpected && TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Poll, cancellationToken);
                continue;
            }

            Save(step, body);
            var answer = new JsonObject { ["code"] = code, ["body"] = Pick(body, step) };
            if (step["warnings"] is null && response.Headers.TryGetValues("Warning", out var warnings))
                answer["warning"] = string.Join(", ", warnings);
            return answer;
        }
    }

    private void Save(JsonObject step, JsonNode? body)
    {
        foreach (var (name, path) in step["save"]?.AsObject() ?? [])
        {
            if (Dig(body, path!.GetValue<string>()) is { } value)
                _saved[name] = value is JsonValue text && text.TryGetValue<string>(out var plain) ? plain : value.ToJsonString();
        }
    }

    private HttpRequestMessage Request(JsonObject step, HttpMethod method)
    {
        var request = new HttpRequestMessage(method, step["path"]!.GetValue<string>());
        request.Headers.TryAddWithoutValidation("Accept", step["accept"]?.GetValue<string>() ?? "application/json");
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("replay", null));
        if (step["anonymous"] is null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", step["token"]?.GetValue<string>() ?? token);
        if ((step["raw"]?.GetValue<string>() ?? step["body"]?.ToJsonString()) is { } content)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(content));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", step["type"]?.GetValue<string>() ?? "application/json");
        }

        return request;
    }

    /// <summary>A step with <c>{{name}}</c> replaced by what was saved; its recorded answer stays as it is.</summary>
    private JsonNode Fill(JsonNode node) => node switch
    {
        JsonObject fields => new JsonObject(fields.Select(field => KeyValuePair.Create(field.Key,
            field.Key == "answer" || field.Value is null ? field.Value?.DeepClone() : Fill(field.Value)))),
        JsonArray items => new JsonArray([.. items.Select(item => item is null ? null : Fill(item))]),
        JsonValue value when value.TryGetValue<string>(out var text) => Fill(text),
        _ => node.DeepClone(),
    };

    private JsonValue Fill(string text) =>
        text.StartsWith("{{int:", StringComparison.Ordinal) && text.EndsWith("}}", StringComparison.Ordinal)
            ? JsonValue.Create(long.Parse(_saved[text[6..^2]], CultureInfo.InvariantCulture))
            : JsonValue.Create(Placeholder().Replace(text, match => _saved.GetValueOrDefault(match.Groups[1].Value, match.Value)));

    private static JsonNode? Pick(JsonNode? body, JsonObject step) =>
        step["only"] is JsonArray only
            ? new JsonObject(only.Select(path => KeyValuePair.Create(path!.GetValue<string>(), Dig(body, path.GetValue<string>())?.DeepClone())))
            : body?.DeepClone();

    private static JsonNode? Dig(JsonNode? node, string path)
    {
        foreach (var part in path.Split('.'))
        {
            node = node switch
            {
                JsonObject fields => fields[part],
                JsonArray items when part.Split('=') is [var key, var value] => items.FirstOrDefault(item => item?[key]?.ToString() == value),
                JsonArray items when int.TryParse(part, CultureInfo.InvariantCulture, out var index) && index < items.Count => items[index],
                _ => null,
            };
        }

        return node;
    }

    private static JsonNode? Parse(string text)
    {
        if (text.Length == 0)
            return null;
        try
        {
            return JsonNode.Parse(text);
        }
        catch (System.Text.Json.JsonException)
        {
            return new JsonObject { ["text"] = text.Trim() };
        }
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();
}
