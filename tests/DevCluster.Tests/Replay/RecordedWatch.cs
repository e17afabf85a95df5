using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Tests.Replay;

/// <summary>A watch that a recording opened, and what came of it.</summary>
internal sealed class RecordedWatch : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<JsonObject> _events = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpResponseMessage _response;
    private readonly Task _reading;

    private RecordedWatch(HttpResponseMessage response)
    {
        _response = response;
        _reading = ReadAsync();
    }

    public int Code => (int)_response.StatusCode;

    public static async Task<RecordedWatch> OpenAsync(HttpClient client, HttpRequestMessage request, CancellationToken cancellationToken) =>
        new(await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken));

    /// <summary>Takes what has arrived since the last time, once that many are there.</summary>
    public async Task<IReadOnlyList<JsonObject>> TakeAsync(int count, bool bookmarks, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(15));
        while (true)
        {
            lock (_lock)
            {
                JsonObject[] wanted = [.. _events.Where(one => bookmarks || one["type"]!.GetValue<string>() != "BOOKMARK")];
                if (wanted.Length >= count || patience.IsCancellationRequested)
                {
                    _events.Clear();
                    return wanted;
                }
            }

            await Task.WhenAny(Task.Delay(TimeSpan.FromMilliseconds(10), patience.Token));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _response.Dispose();
        _stop.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            using var reader = new StreamReader(await _response.Content.ReadAsStreamAsync(_stop.Token));
            while (await reader.ReadLineAsync(_stop.Token) is { } line)
            {
                var frame = JsonNode.Parse(line)!.AsObject();
                var entry = frame.ContainsKey("type") ? frame : new JsonObject { ["type"] = "BODY", ["object"] = frame };
                lock (_lock)
                    _events.Add(entry);
            }
        }
        catch (OperationCanceledException)
        {
            // The recording is over.
        }
    }
}
