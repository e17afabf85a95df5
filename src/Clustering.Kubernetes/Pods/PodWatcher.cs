using System.Text.Json;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Watching;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Clustering.Kubernetes.Pods;

/// <summary>
/// Watches the silos' pods, and declares the silo of a pod that was deleted or has ended dead at once, where Orleans' probes
/// would take seconds. <see cref="PodVerdict"/> decides.
/// </summary>
internal sealed partial class PodWatcher(
    IKubeApi api,
    IServiceProvider services,
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

    private IReadOnlyList<SiloRow> _rows = [];
    private bool _listed;
    private string? _problem;

    private bool IsOn => options.Value.PodWatch;

    private string Namespace => NamespaceOf(services, options.Value);

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle observer)
    {
        if (IsOn)
            observer.RunFrom(ServiceLifecycleStage.Active, nameof(PodWatcher), RunAsync);
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

    private Task RunAsync(CancellationToken cancellationToken)
    {
        var selector = options.Value.PodLabelSelector is { Length: > 0 } labels ? "labelSelector=" + Uri.EscapeDataString(labels) : null;
        var watch = new ObjectWatch(api, KubernetesTypes.Pods, Namespace, selector, this, clock, logger);
        return Task.WhenAll(watch.RunAsync(cancellationToken), JudgeAsync(cancellationToken));
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
                    foreach (var verdict in Verdicts())
                        await ExecuteAsync(verdict, cancellationToken);
                    _backoff.Reset();
                    _problem = null;
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

    private async Task ExecuteAsync(PodVerdict verdict, CancellationToken cancellationToken)
    {
        if (!verdict.Seen && await IsRunningAsync(verdict.Pod, cancellationToken))
        {
            lock (_lock)
            {
                if (!_pods.ContainsKey(verdict.Pod.Uid) && _unwatched.Add(verdict.Pod.Uid))
                    Log.Unwatched(logger, verdict.Pod.Name, options.Value.PodLabelSelector);
            }

            return;
        }

        // Done again with each change of the table until the row is Dead: a write that meets another is not repeated by Orleans.
        Log.PodGone(logger, verdict.Pod.Namespace, verdict.Pod.Name, verdict.Pod.Uid, verdict.Silo);
        await services.GetRequiredService<IClusterMembershipService>().TryKill(verdict.Silo);
    }

    private async Task<bool> IsRunningAsync(PodReference pod, CancellationToken cancellationToken)
    {
        var request = new KubeRequest(HttpMethod.Get, KubernetesTypes.Pods.ObjectPath(pod.Namespace, pod.Name))
        {
            Priority = RequestPriority.Vital,
            Target = new RequestTarget("get", KubernetesTypes.Pods.QualifiedName, pod.Namespace),
        };
        try
        {
            var found = await api.SendAsync(request, MembershipJson.Default.PodObject, cancellationToken);
            return found.Metadata.Uid == pod.Uid && !found.HasEnded;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Pod {Namespace}/{Pod} (uid {Uid}) is gone: its silo {Silo} is declared dead")]
        public static partial void PodGone(ILogger logger, string @namespace, string pod, string uid, SiloAddress silo);

        [LoggerMessage(LogLevel.Warning, "Pod {Pod} runs a silo and is not selected by PodLabelSelector \"{Selector}\": its end will be noticed by Orleans' probes only")]
        public static partial void Unwatched(ILogger logger, string pod, string? selector);

        [LoggerMessage(LogLevel.Warning, "Whether silos' pods are gone cannot be found out, and is tried again: {Problem}")]
        public static partial void CannotJudge(ILogger logger, string problem);
    }
}
