using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Watching;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Clustering.Kubernetes.Pods;

/// <summary>
/// Watches the silos' pods, and declares the silo of a pod that was deleted or has ended dead at once, where Orleans' probes
/// would take seconds, while this silo joins, too: one whose predecessors are all gone would otherwise wait for them. <see cref="PodVerdict"/>
/// decides what is dead, <see cref="JudgeRank"/> who says so.
/// </summary>
internal sealed partial class PodWatcher(
    IKubeApi api,
    IServiceProvider services,
    Evictor evictor,
    IOptions<KubernetesClusteringOptions> options,
    ILocalSiloDetails self,
    TimeProvider clock,
    ILogger<PodWatcher> logger) : IWatchSink, ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>What it needs to be allowed. Without, Orleans' probes find out.</summary>
    public static IReadOnlyList<PermissionRequirement> Permissions { get; } =
    [
        .. new[] { "get", "list", "watch" }.Select(static verb => new PermissionRequirement(verb, KubernetesTypes.Pods, "notice at once that a silo's pod is gone")
        {
            Scope = PermissionScope.Own,
            Need = PermissionNeed.Optional,
        }),
    ];

    private readonly Lock _lock = new();
    private readonly Dictionary<string, PodObject> _pods = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PodReference> _homes = new(StringComparer.Ordinal);
    private readonly Channel<bool> _changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Backoff _backoff = new(Random.Shared);

    /// <summary>Pods that run though the watch does not show them: the label selector leaves them out.</summary>
    private readonly HashSet<string> _unwatched = new(StringComparer.Ordinal);

    /// <summary>Since when silos seem to be gone, by their address.</summary>
    private readonly Dictionary<string, long> _accused = new(StringComparer.Ordinal);

    /// <summary>The selector in use.</summary>
    private string? _selector;

    private IReadOnlyList<SiloRow> _rows = [];
    private bool _listed;
    private string? _problem;

    private bool IsOn => options.Value.PodWatch;

    private string Namespace => NamespaceOf(services, options.Value);

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle observer)
    {
        if (IsOn)
            observer.RunFrom(TableWatcher.Stage, nameof(PodWatcher), RunAsync);
    }

    /// <summary>Takes in the membership table.</summary>
    public void TableChanged(IReadOnlyList<SiloRow> rows)
    {
        if (!IsOn)
            return;

        lock (_lock)
            _rows = rows;
        _changes.Writer.TryWrite(true);
    }

    /// <summary>The namespace of the pods.</summary>
    public static string NamespaceOf(IServiceProvider services, KubernetesClusteringOptions options) =>
        options.PodNamespace is { Length: > 0 } ns ? ns : ClusterIdentity.HomeNamespace(services);

    Task IWatchSink.ReplaceAsync(IReadOnlyList<JsonElement> objects, CancellationToken cancellationToken) => Change(() =>
    {
        _listed = true;
        _pods.Clear();
        foreach (var obj in objects)
            Put(obj);
    });

    Task IWatchSink.UpsertAsync(JsonElement obj, CancellationToken cancellationToken) => Change(() => Put(obj));

    Task IWatchSink.DeleteAsync(JsonElement obj, CancellationToken cancellationToken) => Change(() => _pods.Remove(Decode(obj).Metadata.Uid!));

    private static PodObject Decode(JsonElement obj) => obj.Deserialize(MembershipJson.Default.PodObject)!;

    private Task Change(Action change)
    {
        lock (_lock)
            change();
        _changes.Writer.TryWrite(true);
        return Task.CompletedTask;
    }

    private void Put(JsonElement obj)
    {
        var pod = Decode(obj);
        _pods[pod.Metadata.Uid!] = pod;
        _unwatched.Remove(pod.Metadata.Uid!);
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        _selector = options.Value.PodLabelSelector is { Length: > 0 } labels ? labels : await OwnSelectorAsync(cancellationToken);
        var query = _selector is { Length: > 0 } ? "labelSelector=" + Uri.EscapeDataString(_selector) : null;
        var watch = new ObjectWatch(api, KubernetesTypes.Pods, Namespace, query, this, clock, logger);
        await Task.WhenAll(watch.RunAsync(cancellationToken), JudgeAsync(cancellationToken));
    }

    /// <summary>The selector by the labels of the own pod; null when they tell nothing, or the pod is not known.</summary>
    private async Task<string?> OwnSelectorAsync(CancellationToken cancellationToken)
    {
        var name = options.Value.PodName;
        while (name is { Length: > 0 })
        {
            try
            {
                var pod = await GetAsync(Namespace, name, cancellationToken);
                if (PodLabels.Selector(pod?.Metadata.Labels) is { } selector)
                {
                    Log.Selector(logger, Namespace, selector);
                    return selector;
                }

                return null;
            }
            catch (KubeApiException e) when (e.IsDeniedByAuthorizer)
            {
                // The AccessMonitor tells of it. All pods of the namespace will do.
                return null;
            }
            catch (KubeApiException e)
            {
                Tell(AccessDiagnosis.Describe(e) ?? e.Message);
                await Task.Delay(_backoff.Next(e.RetryAfter), clock, cancellationToken);
            }
        }

        return null;
    }

    private async Task JudgeAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await _changes.Reader.WaitToReadAsync(cancellationToken))
            {
                _changes.Reader.TryRead(out _);
                try
                {
                    var next = await ExecuteAsync(Verdicts(), cancellationToken);
                    _backoff.Reset();
                    _problem = null;
                    if (next is { } wait)
                        LookAgainAfter(wait, cancellationToken);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    // Of whatever kind: a judge that ended here would be missed by nobody.
                    if (e is not KubeApiException { IsDeniedByAuthorizer: true })
                        Tell(e is KubeApiException error ? AccessDiagnosis.Describe(error) ?? error.Message : e.Message);
                    await Task.Delay(_backoff.Next((e as KubeApiException)?.RetryAfter), clock, cancellationToken);
                    _changes.Writer.TryWrite(true);
                }
            }
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            // Whatever breaks while it is stopped is no failure.
        }
    }

    // Told once, not at each try.
    private void Tell(string problem)
    {
        if (_problem != problem)
            Log.CannotJudge(logger, problem);
        _problem = problem;
    }

    private List<PodVerdict> Verdicts()
    {
        lock (_lock)
        {
            // Before the first list, pods are unknown, not absent.
            if (!_listed)
                return [];

            foreach (var row in _rows.Where(row => row.Pod is null && row.Status != SiloStatus.Dead && !_homes.ContainsKey(row.Silo)))
            {
                if (PodVerdict.FindHome(row, _pods.Values) is { } home)
                    _homes[row.Silo] = home;
            }

            foreach (var gone in _homes.Keys.Except(_rows.Select(static row => row.Silo)).ToList())
                _homes.Remove(gone);

            return [.. PodVerdict.Find(_rows, _pods, _homes)
                .Where(verdict => !verdict.Silo.Equals(self.SiloAddress) && verdict.Pod.Namespace == Namespace && !_unwatched.Contains(verdict.Pod.Uid))];
        }
    }

    /// <summary>Executes the verdicts that are due; returns when the next one is, if there is one.</summary>
    private async Task<TimeSpan?> ExecuteAsync(List<PodVerdict> verdicts, CancellationToken cancellationToken)
    {
        var accused = verdicts.Select(static verdict => verdict.Silo.ToParsableString()).ToHashSet(StringComparer.Ordinal);
        foreach (var cleared in _accused.Keys.Except(accused).ToList())
            _accused.Remove(cleared);

        TimeSpan? next = null;
        var delay = JudgeRank.Delay(_rows, accused, self.SiloAddress.ToParsableString());
        foreach (var verdict in verdicts)
        {
            if (!_accused.TryGetValue(verdict.Silo.ToParsableString(), out var since))
                _accused[verdict.Silo.ToParsableString()] = since = clock.GetTimestamp();
            var wait = delay - clock.GetElapsedTime(since);
            if (wait <= TimeSpan.Zero)
                await ExecuteAsync(verdict, cancellationToken);
            else if (next is null || wait < next)
                next = wait;
        }

        return next;
    }

    private async Task ExecuteAsync(PodVerdict verdict, CancellationToken cancellationToken)
    {
        if (!verdict.Seen && await GetAsync(verdict.Pod.Namespace, verdict.Pod.Name, cancellationToken) is { HasEnded: false } pod && pod.Metadata.Uid == verdict.Pod.Uid)
        {
            // Either the watch lags, and brings the pod soon, or the selector leaves it out.
            var isLeftOut = PodLabels.Selects(_selector, pod.Metadata.Labels) == false;
            lock (_lock)
            {
                if (isLeftOut && !_pods.ContainsKey(verdict.Pod.Uid) && _unwatched.Add(verdict.Pod.Uid))
                    Log.Unwatched(logger, verdict.Pod.Name, _selector);
            }

            return;
        }

        await evictor.EvictAsync(
            verdict.Silo, EvictionCause.PodGone, $"pod {verdict.Pod.Namespace}/{verdict.Pod.Name} (uid {verdict.Pod.Uid}) is gone", null, cancellationToken);
        await services.GetRequiredService<IClusterMembershipService>().Refresh(default, cancellationToken);
    }

    private void LookAgainAfter(TimeSpan wait, CancellationToken cancellationToken) => _ = Task.Delay(wait, clock, cancellationToken).ContinueWith(
        _ => _changes.Writer.TryWrite(true), cancellationToken, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);

    private async Task<PodObject?> GetAsync(string ns, string name, CancellationToken cancellationToken)
    {
        var request = new KubeRequest(HttpMethod.Get, KubernetesTypes.Pods.ObjectPath(ns, name))
        {
            Priority = RequestPriority.Vital,
            Target = new RequestTarget("get", KubernetesTypes.Pods.QualifiedName, ns),
        };
        try
        {
            return await api.SendAsync(request, MembershipJson.Default.PodObject, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "The silos' pods in namespace {Namespace} are those with {Selector}, by the labels of this silo's own")]
        public static partial void Selector(ILogger logger, string @namespace, string selector);

        [LoggerMessage(LogLevel.Warning, "Pod {Pod} runs a silo and is not selected by PodLabelSelector \"{Selector}\": its end will be noticed by Orleans' probes only")]
        public static partial void Unwatched(ILogger logger, string pod, string? selector);

        [LoggerMessage(LogLevel.Warning, "Whether silos' pods are gone cannot be found out, and is tried again: {Problem}")]
        public static partial void CannotJudge(ILogger logger, string problem);
    }
}
