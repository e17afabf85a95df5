using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Faults;

/// <summary>Makes the API server misbehave as real ones do now and then. Safe for concurrent use.</summary>
public sealed class FaultInjector
{
    private readonly ObjectStore _store;
    private readonly Lock _lock = new();
    private readonly List<RequestFault> _requestFaults = [];
    private readonly ConcurrentDictionary<string, Func<JsonObject, JsonObject>> _rewrites = new();
    private TaskCompletionSource? _stall;
    private string? _stalled;

    internal FaultInjector(ObjectStore store) => _store = store;

    /// <summary>The administrator's token in place of the one the server was started with; null for that one.</summary>
    internal string? Token { get; private set; }

    /// <summary>Whether connections are refused.</summary>
    internal bool IsAway { get; private set; }

    /// <summary>Ends watches as a restarting server would, of one resource (plural name) or of all.</summary>
    public void CutWatches(string? resource = null) => _store.CutWatches(resource);

    /// <summary>Cuts the connections of watches in the middle of a frame.</summary>
    public void CutWatchesInMidFrame(string? resource = null) => _store.CutWatches(resource, inMidFrame: true);

    /// <summary>Lets watches stay open and sends nothing more on them, not even bookmarks, until <see cref="ResumeWatches"/>.</summary>
    public void StallWatches(string? resource = null)
    {
        lock (_lock)
        {
            _stall ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _stalled = resource;
        }
    }

    /// <summary>Ends <see cref="StallWatches"/>.</summary>
    public void ResumeWatches()
    {
        lock (_lock)
        {
            _stall?.TrySetResult();
            _stall = null;
        }
    }

    /// <summary>Forgets the history: a watch that resumes from before now gets 410 Gone.</summary>
    public void CompactHistory(string? resource = null) => _store.Compact(resource);

    /// <summary>Answers requests with an error.</summary>
    /// <param name="verb">The verb (get, list, watch, create, update, patch, delete), or null for all.</param>
    /// <param name="resource">The plural name, with <c>/subresource</c> where it is one, or null for all.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="count">How many requests, or null for all until <see cref="Clear"/>.</param>
    /// <param name="share">Which share of the requests, from 0 to 1.</param>
    /// <param name="retryAfter">The Retry-After header, rounded up to seconds.</param>
    /// <param name="client">Only requests whose User-Agent contains this, or null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Fail(
        string? verb, string? resource, int status, int? count = null, double share = 1, TimeSpan? retryAfter = null, string? client = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(status, 400);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(status, 599);
        if (!(share is >= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "it must be from 0 to 1");
        if (retryAfter < TimeSpan.Zero)
            throw new ArgumentOutOfRangeException(nameof(retryAfter), retryAfter, "it must not be negative");
        Add(new RequestFault(verb, resource, client, Positive(count), share) { Status = status, RetryAfter = retryAfter });
    }

    /// <summary>Holds requests up.</summary>
    /// <param name="verb">The verb, or null for all.</param>
    /// <param name="resource">The plural name, with <c>/subresource</c> where it is one, or null for all.</param>
    /// <param name="delay">For how long, at most a day.</param>
    /// <param name="count">How many requests, or null for all until <see cref="Clear"/>.</param>
    /// <param name="client">Only requests whose User-Agent contains this, or null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void Delay(string? verb, string? resource, TimeSpan delay, int? count = null, string? client = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(delay, TimeSpan.FromDays(1));
        Add(new RequestFault(verb, resource, client, Positive(count), 1) { Delay = delay });
    }

    /// <summary>Does what is asked and then cuts the connection without an answer: for the client the outcome is unknown.</summary>
    /// <param name="verb">The verb, or null for all.</param>
    /// <param name="resource">The plural name, with <c>/subresource</c> where it is one, or null for all.</param>
    /// <param name="count">How many requests, or null for all until <see cref="Clear"/>.</param>
    /// <param name="client">Only requests whose User-Agent contains this, or null for all.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public void LoseAnswers(string? verb, string? resource, int? count = null, string? client = null) =>
        Add(new RequestFault(verb, resource, client, Positive(count), 1) { LosesAnswer = true });

    /// <summary>Refuses service: every connection is cut at once, watches included.</summary>
    public void GoAway()
    {
        IsAway = true;
        _store.CutWatches(null, inMidFrame: true);
    }

    /// <summary>Ends <see cref="GoAway"/>.</summary>
    public void ComeBack() => IsAway = false;

    /// <summary>Replaces the administrator's token, as rotation does: the one before is refused from now on, and open watches end.</summary>
    public void RotateToken(string token)
    {
        Token = token;
        _store.CutWatches(null);
    }

    /// <summary>Mutating admission: changes objects of a resource as they are written.</summary>
    public void Rewrite(string resource, Func<JsonObject, JsonObject> change) => _rewrites[resource] = change;

    /// <summary>Ends all faults.</summary>
    public void Clear()
    {
        lock (_lock)
            _requestFaults.Clear();
        _rewrites.Clear();
        ResumeWatches();
        ComeBack();
    }

    internal JsonObject Admit(ResourceInfo resource, JsonObject obj) =>
        _rewrites.TryGetValue(resource.Plural, out var change) ? change(obj) : obj;

    /// <summary>The fault for a request, if there is one.</summary>
    internal RequestFault? For(string verb, string resource, string client)
    {
        lock (_lock)
        {
            var fault = _requestFaults.Find(f => f.Matches(verb, resource, client));
            if (fault is not null && fault.Spend())
                _requestFaults.Remove(fault);
            return fault;
        }
    }

    /// <summary>Whether a verb on a resource is answered with 403 until further notice: what an access review is to say.</summary>
    internal bool Forbids(string verb, string resource, string client)
    {
        lock (_lock)
            return _requestFaults.Exists(f => f.Forbids(verb, resource, client));
    }

    /// <summary>Completes when watches of a resource may send.</summary>
    internal Task WhileStalled(string plural)
    {
        lock (_lock)
            return _stall is { } stall && (_stalled is null || _stalled == plural) ? stall.Task : Task.CompletedTask;
    }

    private static int? Positive(int? count) =>
        count is null or > 0 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "it must be above 0");

    private void Add(RequestFault fault)
    {
        lock (_lock)
            _requestFaults.Add(fault);
    }
}
