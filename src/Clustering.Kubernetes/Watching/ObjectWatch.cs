using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Watching;

/// <summary>
/// Tells a sink of a few objects and their changes: LIST, then WATCH from there, and LIST again whenever a watch breaks, so that
/// nothing is missed. It is for objects so few that a list costs nothing.
/// </summary>
/// <param name="api">The API server.</param>
/// <param name="type">The kind.</param>
/// <param name="ns">The namespace.</param>
/// <param name="selector">The query parameter that selects, such as <c>fieldSelector=...</c>; null for all.</param>
/// <param name="sink">Who is told.</param>
/// <param name="clock">The clock.</param>
/// <param name="logger">Tells of what is wrong.</param>
internal sealed partial class ObjectWatch(
    IKubeApi api, ResourceType type, string ns, string? selector, IWatchSink sink, TimeProvider clock, ILogger logger)
{
    /// <summary>The least time that the server is asked to keep a watch; doubled at random, so that watches do not end together.</summary>
    private const int WatchSeconds = 300;

    /// <summary>Bookmarks come about once a minute: a stream silent for longer is dead, even if its connection looks alive.</summary>
    private static readonly TimeSpan SilenceLimit = TimeSpan.FromSeconds(150);

    /// <summary>Objects per page of a list.</summary>
    private const int PageSize = 500;

    /// <summary>A watch that lasted longer than this worked: whatever ends it is no further failure in a row.</summary>
    private static readonly TimeSpan LongWatch = TimeSpan.FromSeconds(30);

    /// <summary>A watch that ends sooner than this is a failure, not a renewal.</summary>
    private static readonly TimeSpan ShortWatch = TimeSpan.FromSeconds(1);

    private readonly Backoff _backoff = new(Random.Shared);
    private string? _problem;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await WatchAsync(await ListAsync(cancellationToken), cancellationToken);
            }
            catch (Exception) when (cancellationToken.IsCancellationRequested)
            {
                // Whatever breaks while it is stopped is no failure.
                return;
            }
            catch (Exception e)
            {
                // Of whatever kind: a watch that ended here would be missed by nobody.
                var wait = _backoff.Next((e as KubeApiException)?.RetryAfter);
                Tell(e is KubeApiException api ? AccessDiagnosis.Describe(api) ?? api.Message : e.Message, e is KubeApiException { IsDeniedByAuthorizer: true });
                await Task.Delay(wait, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task<string?> ListAsync(CancellationToken cancellationToken)
    {
        var objects = new List<JsonElement>();
        string? next = null;
        while (true)
        {
            var query = string.Create(CultureInfo.InvariantCulture, $"?limit={PageSize}") + (selector is null ? "" : "&" + selector)
                + (next is null ? "" : "&continue=" + Uri.EscapeDataString(next));
            var list = await api.SendAsync(Request("list", query), MembershipJson.Default.ObjectList, cancellationToken);
            objects.AddRange(list.Items ?? []);
            next = list.Metadata?.Continue;
            if (string.IsNullOrEmpty(next))
            {
                await sink.ReplaceAsync(objects, cancellationToken);
                return list.Metadata?.ResourceVersion;
            }
        }
    }

    private async Task WatchAsync(string? version, CancellationToken cancellationToken)
    {
        var seconds = Random.Shared.Next(WatchSeconds, 2 * WatchSeconds);
        var query = string.Create(CultureInfo.InvariantCulture,
            $"?watch=true&allowWatchBookmarks=true&resourceVersion={version}&timeoutSeconds={seconds}") + (selector is null ? "" : "&" + selector);
        var started = clock.GetTimestamp();
        try
        {
            await ReadAsync(query, cancellationToken);
        }
        catch (Exception) when (clock.GetElapsedTime(started) > LongWatch)
        {
            _backoff.Reset();
            throw;
        }

        if (clock.GetElapsedTime(started) < ShortWatch)
            throw new IOException("the API server closes the watch at once");
        _backoff.Reset();
    }

    private async Task ReadAsync(string query, CancellationToken cancellationToken)
    {
        using var response = await api.OpenAsync(Request("watch", query), cancellationToken);
        using var silence = new CancellationTokenSource(SilenceLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        Recovered();
        while (await reader.ReadLineAsync(either.Token) is { } line)
        {
            silence.CancelAfter(SilenceLimit);
            if (line.Length > 0)
                await TakeAsync(JsonSerializer.Deserialize(line, MembershipJson.Default.WatchFrame)!, cancellationToken);
        }
    }

    private Task TakeAsync(WatchFrame frame, CancellationToken cancellationToken) => frame.Type switch
    {
        "ADDED" or "MODIFIED" => sink.UpsertAsync(frame.Object, cancellationToken),
        "DELETED" => sink.DeleteAsync(frame.Object, cancellationToken),
        "ERROR" => throw new KubeApiException(
            frame.Object.TryGetProperty("code", out var code) && code.TryGetInt32(out var status) ? (HttpStatusCode)status : HttpStatusCode.InternalServerError,
            "",
            frame.Object.TryGetProperty("message", out var message) ? message.GetString() ?? "" : "",
            Target("watch")),
        _ => Task.CompletedTask,
    };

    private KubeRequest Request(string verb, string query) => new(HttpMethod.Get, type.CollectionPath(ns) + query)
    {
        Priority = RequestPriority.Vital,
        Target = Target(verb),
    };

    private RequestTarget Target(string verb) => new(verb, type.QualifiedName, ns);

    // Told once, not at each try: an API server may be away for hours. A missing permission is named by the AccessMonitor.
    private void Tell(string problem, bool isToldElsewhere)
    {
        if (_problem != problem)
            Log.Broken(logger, isToldElsewhere ? LogLevel.Debug : LogLevel.Warning, type.QualifiedName, problem);
        _problem = problem;
    }

    private void Recovered()
    {
        if (_problem is not null)
            Log.Recovered(logger, type.QualifiedName);
        _problem = null;
    }

    private static partial class Log
    {
        [LoggerMessage("The watch on {Resource} fails and is retried: {Problem}")]
        public static partial void Broken(ILogger logger, LogLevel level, string resource, string problem);

        [LoggerMessage(LogLevel.Information, "The watch on {Resource} works again")]
        public static partial void Recovered(ILogger logger, string resource);
    }
}
