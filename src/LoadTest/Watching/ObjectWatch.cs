using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.KubeApi;
using OrleansOperator.LoadTest.Objects;

namespace OrleansOperator.LoadTest.Watching;

/// <summary>Tells of the objects of one kind in all namespaces: a list, then a watch, which is resumed wherever it breaks.</summary>
/// <typeparam name="T">What is read of each.</typeparam>
internal sealed class ObjectWatch<T>(
    IKubeApi api, ResourceType resource, string? fieldSelector, JsonTypeInfo<T> json, JsonTypeInfo<ObjectList<T>> listJson, IObjectSink<T> sink, TimeProvider clock)
    where T : KubeObject
{
    private const int PageSize = 500;
    private const int WatchSeconds = 600;

    private static readonly TimeSpan s_silenceLimit = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(5);
    private static readonly StreamPipeReaderOptions s_buffers = new(bufferSize: 64 * 1024, minimumReadSize: 16 * 1024);

    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string? _version;

    /// <summary>Completes when the first list is there; fails if it is refused.</summary>
    public Task Listed => _listed.Task;

    /// <summary>Why it cannot see anything at the moment; null when it can.</summary>
    public string? Problem { get; private set; }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var wait = s_firstWait;
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                _version ??= await ListAsync(cancellationToken);
                Problem = null;
                _listed.TrySetResult();
                await WatchAsync(_version, cancellationToken);
                wait = s_firstWait;
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // Whatever breaks while it is stopped is no failure.
            }
            catch (KubeApiException e) when (e.IsGone)
            {
                _version = null;
            }
            catch (KubeApiException e) when (e.IsForbidden || e.Code == HttpStatusCode.Unauthorized)
            {
                _listed.TrySetException(e);
                Problem = e.Message;
                await DelayAsync(s_longestWait, cancellationToken);
            }
            catch (Exception e) when (e is KubeApiException or IOException or HttpRequestException or OperationCanceledException or JsonException)
            {
                Problem = e.Message;
                await DelayAsync(wait, cancellationToken);
                wait = wait * 2 < s_longestWait ? wait * 2 : s_longestWait;
            }
        }

        _listed.TrySetCanceled(cancellationToken);
    }

    private async Task<string> ListAsync(CancellationToken cancellationToken)
    {
        var objects = new List<T>();
        string? next = null;
        ObjectList<T> page;
        do
        {
            var query = string.Create(CultureInfo.InvariantCulture, $"?limit={PageSize}") + Selector() + (next is null ? "" : "&continue=" + Uri.EscapeDataString(next));
            page = await api.SendAsync(Request("list", query), listJson, cancellationToken);
            objects.AddRange(page.Items ?? []);
            next = page.Metadata.Continue;
        }
        while (!string.IsNullOrEmpty(next));

        sink.Replace(objects);
        return page.Metadata.ResourceVersion;
    }

    private async Task WatchAsync(string version, CancellationToken cancellationToken)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"?watch=true&allowWatchBookmarks=true&resourceVersion={version}&timeoutSeconds={WatchSeconds}") + Selector();
        using var response = await api.OpenAsync(Request("watch", query), cancellationToken);
        using var silence = new CancellationTokenSource(s_silenceLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        var pipe = PipeReader.Create(await response.Content.ReadAsStreamAsync(either.Token), s_buffers);
        try
        {
            while (true)
            {
                var read = await pipe.ReadAsync(either.Token);
                silence.CancelAfter(s_silenceLimit);
                var buffer = read.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    if (buffer.Slice(0, end) is { IsEmpty: false } line)
                        Take(WatchFrame<T>.Decode(line, json));
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                    return;
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private void Take(WatchFrame<T> frame)
    {
        if (frame.Error is { } error)
            throw new KubeApiException((HttpStatusCode)error.Code, "", error.Message ?? "", new RequestTarget("watch", resource.QualifiedName));
        if (frame.Object is not { } changed)
            return;
        if (frame.Type is "ADDED" or "MODIFIED")
            sink.Changed(changed);
        else if (frame.Type == "DELETED")
            sink.Deleted(changed);
        _version = changed.Metadata.ResourceVersion;
    }

    private string Selector() => fieldSelector is null ? "" : "&fieldSelector=" + Uri.EscapeDataString(fieldSelector);

    private KubeRequest Request(string verb, string query) => new(HttpMethod.Get, resource.CollectionPath() + query)
    {
        Priority = RequestPriority.Vital,
        Target = new RequestTarget(verb, resource.QualifiedName),
    };

    private async Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken) =>
        await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
