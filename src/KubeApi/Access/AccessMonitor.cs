using System.Collections.Immutable;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansOperator.KubeApi.Access;

/// <summary>
/// Knows which permissions are missing, and is the one to name them in the log: of those that components declare, by asking for
/// each at the start and again while it is missing; and of any other, by the requests that are refused. A server that cannot be
/// asked is taken at its refusals.
/// </summary>
public sealed partial class AccessMonitor : IHostedLifecycleService, IDisposable
{
    /// <summary>A permission that comes and goes, such as one that is granted in some namespaces only, is named no more often.</summary>
    private static readonly TimeSpan ToldAgain = TimeSpan.FromMinutes(1);

    /// <summary>How often a missing permission is asked for again.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    /// <summary>A refused request counts for so long, whatever a review says: they come from different caches of the server.</summary>
    private static readonly TimeSpan RefusalCounts = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Where nothing can be asked, a permission counts as missing for so long after the last refusal: longer than any request's
    /// back-off, because what was refused may not be needed any more.
    /// </summary>
    private static readonly TimeSpan RefusalForgotten = TimeSpan.FromMinutes(20);

    private readonly IKubeApi _api;
    private readonly IReadOnlyDictionary<RequestTarget, PermissionGap> _declared;
    private readonly TimeProvider _clock;
    private readonly ILogger<AccessMonitor> _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _refused = new(0);
    private readonly Lock _lock = new();
    private readonly Dictionary<RequestTarget, long> _refusals = [];
    private readonly Dictionary<RequestTarget, long> _told = [];
    private readonly HashSet<RequestTarget> _named = [];
    private ImmutableDictionary<RequestTarget, PermissionGap> _missing = ImmutableDictionary<RequestTarget, PermissionGap>.Empty;
    private bool _cannotAsk;
    private Task _running = Task.CompletedTask;

    /// <summary>Makes a monitor, which begins when the host does.</summary>
    /// <param name="api">The API server.</param>
    /// <param name="permissions">What components declare.</param>
    /// <param name="clock">The clock.</param>
    /// <param name="logger">The log.</param>
    public AccessMonitor(IKubeApi api, IEnumerable<PermissionRequirement> permissions, TimeProvider clock, ILogger<AccessMonitor> logger)
    {
        ArgumentNullException.ThrowIfNull(api);
        (_api, _clock, _logger) = (api, clock, logger);
        _declared = permissions.Where(static permission => permission.Need != PermissionNeed.WhereEnforced).SelectMany(Targets).DistinctBy(static gap => gap.Target)
            .ToDictionary(static gap => gap.Target);
        if (api is KubeApiClient client)
            client.Answered = Take;
    }

    /// <summary>What is missing.</summary>
    public IReadOnlyCollection<PermissionGap> Missing => [.. Volatile.Read(ref _missing).Values];

    /// <summary>Whether every declared permission has been asked for once.</summary>
    public bool HasAsked { get; private set; }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        // Before any other service starts: one of them may wait for a permission.
        _running = Task.Run(RunAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_api is KubeApiClient client)
            client.Answered = null;
        _stop.Dispose();
    }

    private static IEnumerable<PermissionGap> Targets(PermissionRequirement permission) =>
        from ns in permission.Namespaces.Count == 0 ? [null] : permission.Namespaces.Cast<string?>()
        select new PermissionGap(new RequestTarget(permission.Verb, permission.QualifiedResource, ns), permission.Need, permission.Reason);

    private async Task RunAsync()
    {
        try
        {
            var open = await AskAsync([.. _declared.Keys]);
            HasAsked = true;
            while (true)
            {
                await RefusalOrPeriodAsync(open.Count == 0 && _missing.IsEmpty ? Timeout.InfiniteTimeSpan : Period);
                open = await AskAsync([.. open.Union(_missing.Keys)]);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The process stops.
        }
    }

    private async Task RefusalOrPeriodAsync(TimeSpan period)
    {
        using var over = new CancellationTokenSource(period, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over.Token, _stop.Token);
        try
        {
            await _refused.WaitAsync(either.Token);
        }
        catch (OperationCanceledException) when (!_stop.IsCancellationRequested)
        {
            // The period is over.
        }
    }

    /// <summary>Asks for permissions, and takes in what is answered.</summary>
    /// <returns>Those that there was no answer about.</returns>
    private async Task<IReadOnlyList<RequestTarget>> AskAsync(IReadOnlyList<RequestTarget> targets)
    {
        var answers = await Task.WhenAll(targets.Select(AskAsync));
        List<RequestTarget> unanswered = [];
        List<(RequestTarget, bool)> answered = [];
        _cannotAsk = false;
        foreach (var (target, (failed, allowed)) in targets.Zip(answers))
        {
            if (failed)
                unanswered.Add(target);
            else if (allowed is { } yes)
                answered.Add((target, yes));
            else
                _cannotAsk = true;
        }

        Change(missing =>
        {
            foreach (var (target, allowed) in answered)
            {
                if (!allowed)
                    missing[target] = Declared(target);
                else if (!HasBeenRefused(target, RefusalCounts))
                    missing.Remove(target);
            }

            if (_cannotAsk)
                missing.RemoveRange(missing.Keys.Where(target => !HasBeenRefused(target, RefusalForgotten)).ToList());
        });
        return unanswered;
    }

    private async Task<(bool Failed, bool? Allowed)> AskAsync(RequestTarget target)
    {
        try
        {
            return (false, await AccessReviews.AskAsync(_api, target, _stop.Token));
        }
        catch (KubeApiException e)
        {
            // Whoever needs the API server to go on says that it is away.
            Log.NotAsked(_logger, target.Verb, target.Resource, e.Message);
            return (true, null);
        }
    }

    private bool HasBeenRefused(RequestTarget target, TimeSpan within) =>
        _refusals.TryGetValue(target, out var at) && _clock.GetElapsedTime(at) < within;

    /// <summary>A request in one namespace is about the permission that was declared for all, if it was.</summary>
    private RequestTarget Key(RequestTarget target) =>
        !_declared.ContainsKey(target) && _declared.ContainsKey(target with { Namespace = null }) ? target with { Namespace = null } : target;

    /// <summary>Takes in how a request was answered.</summary>
    internal void Take(RequestTarget target, KubeApiException? refused)
    {
        if (target == AccessReviews.Question)
            return;
        var key = Key(target);
        if (refused is not null)
        {
            Change(missing =>
            {
                _refusals[key] = _clock.GetTimestamp();
                missing[key] = Declared(key);
            });
        }
        else if (Volatile.Read(ref _missing).ContainsKey(key) && (key == target || _cannotAsk))
        {
            // Nearly always there is nothing missing.
            Change(missing => missing.Remove(key));
        }
    }

    private PermissionGap Declared(RequestTarget target) =>
        _declared.TryGetValue(target, out var declared) ? declared : new PermissionGap(target, PermissionNeed.Required, "");

    private void Change(Action<ImmutableDictionary<RequestTarget, PermissionGap>.Builder> change)
    {
        List<PermissionGap> lost, found;
        bool more;
        lock (_lock)
        {
            var (before, builder) = (_missing, _missing.ToBuilder());
            change(builder);
            var after = builder.ToImmutable();
            if (ReferenceEquals(before, after))
                return;
            Volatile.Write(ref _missing, after);
            var added = after.Values.Where(gap => !before.ContainsKey(gap.Target)).ToList();
            more = added.Count > 0;
            lost = [.. added.Where(gap => !WasTold(gap.Target))];
            found = [.. before.Values.Where(gap => !after.ContainsKey(gap.Target) && _named.Remove(gap.Target))];
            foreach (var gap in lost)
            {
                _told[gap.Target] = _clock.GetTimestamp();
                _named.Add(gap.Target);
            }
        }

        foreach (var line in PermissionGap.Describe(lost))
            Log.Missing(_logger, line);
        foreach (var gap in found)
            Log.Granted(_logger, gap.Target.Verb, gap.Target.Resource);
        if (more)
            _refused.Release();
    }

    private bool WasTold(RequestTarget target) => _told.TryGetValue(target, out var at) && _clock.GetElapsedTime(at) < ToldAgain;

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "{Problem}")]
        public static partial void Missing(ILogger logger, string problem);

        [LoggerMessage(LogLevel.Information, "Permission granted: \"{Verb}\" on \"{Resource}\"")]
        public static partial void Granted(ILogger logger, string verb, string resource);

        [LoggerMessage(LogLevel.Debug, "Could not ask whether this operator may \"{Verb}\" \"{Resource}\": {Problem}")]
        public static partial void NotAsked(ILogger logger, string verb, string resource, string problem);
    }
}
