using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansOperator.Clustering.Kubernetes.Evictions;
using OrleansOperator.Clustering.Kubernetes.Fencing;
using OrleansOperator.Clustering.Kubernetes.Heartbeats;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Pods;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Histories;

/// <summary>
/// A silo: this project's table, guard, heartbeats, fencing and pod verdicts as they are, and around them what Orleans 10.4.2 does with a table
/// (MembershipAgent, MembershipTableManager, ClusterHealthMonitor and SiloHealthMonitor): joining, probing, voting, finding itself dead.
/// </summary>
internal sealed class SimulatedSilo : IPeers, ILocalSiloDetails, IFatalErrorHandler, IEvictionGuard
{
    private static readonly ClusteringMetrics s_metrics =
        ActivatorUtilities.CreateInstance<ClusteringMetrics>(new ServiceCollection().AddMetrics().BuildServiceProvider(), TimeProvider.System);

    private readonly World _world;
    private readonly ClusterMembershipOptions _options = new()
    {
        IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5),
        ProbeTimeout = TimeSpan.FromSeconds(2),
        NumVotesForDeathDeclaration = 2,
        NumMissedProbesLimit = 3,
    };

    private readonly KubernetesMembershipTable _table;
    private readonly EvictionGuard _guard;
    private readonly Evictor _evictor;
    private readonly HeartbeatStore _heartbeats;
    private readonly OrleansClusterStore _store;
    private readonly FencingKey _key = new();
    private readonly HeartbeatRecord _record;
    private readonly MembershipEntry _entry;
    private readonly Dictionary<SiloAddress, int> _missed = [];
    private readonly Queue<(SiloAddress Target, SiloAddress? Intermediary)> _votes = new();
    private readonly Dictionary<string, TimeSpan> _accused = new(StringComparer.Ordinal);
    private MembershipTableData? _view;
    private TimeSpan _nextHeartbeat;
    private TimeSpan _nextRefresh;
    private TimeSpan _nextVote;
    private int _voteFailures;
    private int _changes = -1;
    private int _absentReads;
    private bool _initialized;
    private bool _hasRow;

    public SimulatedSilo(World world, SimulatedPod pod, int generation)
    {
        (_world, Pod) = (world, pod);
        if (world.WithRules)
            Staleness.Extend(_options);
        SiloAddress = SiloAddress.New(IPAddress.Parse(pod.Ip), 11111, generation);
        var clock = pod.Clock;
        var contact = new ApiContact(clock) { Gap = Staleness.ContactGap(_options) };
        var api = new MembershipApi(new SimulatedLink(world, () => pod.IsApiCut), new ServerClock(clock), contact, clock);
        var cluster = new ClusterIdentity("orders", "default");
        var options = Options.Create(_options);
        var own = new KubernetesClusteringOptions { PodNamespace = "default", PodName = $"silo-{pod.Ordinal}", PodUid = pod.Uid };
        _store = new OrleansClusterStore(api, cluster, new TableContinuity(cluster, NullLogger<TableContinuity>.Instance, this));
        _heartbeats = new HeartbeatStore(api, _store, options);
        _guard = new EvictionGuard(_heartbeats, contact, api.Clock, this, () => this, options, s_metrics, NullLogger<EvictionGuard>.Instance);
        _table = new KubernetesMembershipTable(_store, _heartbeats, this, _key, Options.Create(own), NullLogger<KubernetesMembershipTable>.Instance);
        _evictor = new Evictor(_table, api.Clock, this, s_metrics, NullLogger<Evictor>.Instance);
        _record = new HeartbeatRecord(clock);
        var now = clock.GetUtcNow().UtcDateTime;
        _entry = new MembershipEntry
        {
            SiloAddress = SiloAddress,
            HostName = Name,
            SiloName = Name,
            Status = SiloStatus.Created,
            StartTime = now,
            IAmAliveTime = now,
            SuspectTimes = [],
        };
    }

    public SimulatedPod Pod { get; }

    public SiloAddress SiloAddress { get; }

    public SiloAddress Address => SiloAddress;

    public bool IsHung { get; set; }

    public bool IsActive => _entry.Status == SiloStatus.Active;

    /// <summary>Why its process has ended.</summary>
    public string? Ended { get; private set; }

    public TimeSpan? WellSince { get; set; }

    public TimeSpan? JudgesSince { get; set; }

    /// <summary>The silos that it counts as active.</summary>
    public string View => string.Join(',', (_view?.Members ?? [])
        .Where(static member => member.Item1.Status == SiloStatus.Active).Select(static member => member.Item1.SiloAddress.ToParsableString()).Order(StringComparer.Ordinal));

    public string Name => $"silo-{Pod.Ordinal}";

    public string ClusterId => "orders";

    public string DnsHostName => Name;

    public SiloAddress GatewayAddress => SiloAddress;

    private DateTime Now => Pod.Clock.GetUtcNow().UtcDateTime;

    private TimeSpan Elapsed => _world.Clock.Elapsed;

    /// <summary>Two seconds of its life. What fails for want of the API server is tried again in the next.</summary>
    public async Task StepAsync()
    {
        if (IsHung || Ended is not null)
            return;
        Func<Task>[] parts = [WatchAsync, JoinAsync, HeartbeatAsync, FenceAsync, JudgePodsAsync, ProbeAsync, VoteAsync];
        foreach (var part in parts)
        {
            try
            {
                if (Ended is null)
                    await part();
            }
            catch (Exception e) when (e is KubeApiException or OrleansException)
            {
                // Without an answer, or the silo has just ended.
            }
        }
    }

    public Task<TimeSpan> SinceHeartbeatAsync(SiloAddress peer) => _world.Reach(this, peer) is { } other
        ? Task.FromResult(other._record.SinceUntroubledSuccess)
        : Task.FromException<TimeSpan>(new TimeoutException());

    public Task<bool> ReachesAsync(SiloAddress peer, SiloAddress target) => _world.Reach(this, peer) is { } other
        ? Task.FromResult(_world.Reach(other, target) is not null)
        : Task.FromException<bool>(new TimeoutException());

    public async Task<bool> FenceAsync(SiloAddress peer, SiloAddress silo, string secret) =>
        _world.Reach(this, peer) is { } other && other._record.SinceUntroubledSuccess < TimeSpan.MaxValue && await other._evictor.EvictAsync(
            silo, EvictionCause.Fenced, "fenced",
            table =>
            {
                var allowed = FencingRule.Refusal(table, silo.ToParsableString(), secret, other._store.Clock.UtcNow) is null;
                if (allowed)
                    _world.Evicted(TableChange.Find(table, silo.ToParsableString())! with { Eviction = new Eviction(EvictionCause.Fenced, other.Name, "", default) });
                return allowed;
            },
            CancellationToken.None);

    bool IFatalErrorHandler.IsUnexpected(Exception exception) => true;

    void IFatalErrorHandler.OnFatalException(object? sender, string? context, Exception? exception) => Ended ??= context;

    ValueTask<SiloRow?> IEvictionGuard.JudgeAsync(OrleansClusterStatus table, SiloRow current, SiloRow row, CancellationToken cancellationToken) =>
        _world.WithRules ? _guard.JudgeAsync(table, current, row, cancellationToken) : new(row);

    void IEvictionGuard.Written(SiloRow current, SiloRow row)
    {
        if (row.Status == SiloStatus.Dead && current.Status != SiloStatus.Dead && row.Silo != SiloAddress.ToParsableString())
            _world.Evicted(row);
    }

    /// <summary>The watch on the table, and the refreshes once a minute.</summary>
    private async Task WatchAsync()
    {
        if (!_initialized || Pod.IsApiCut || _world.IsApiAway)
            return;
        if (_store.Continuity.IsBound && _world.Api.Cluster is null && await _store.FindAsync(CancellationToken.None) is null)
        {
            if (++_absentReads >= 3)
                _store.Continuity.Gone();
            return;
        }

        _absentReads = 0;
        var changes = _world.Api.Changes;
        if (changes == _changes && Elapsed < _nextRefresh)
            return;
        await RefreshAsync();
        (_changes, _nextRefresh) = (changes, Elapsed + _options.TableRefreshTimeout);
    }

    private async Task<MembershipTableData> RefreshAsync()
    {
        var table = await _table.ReadAllAsync(CancellationToken.None);
        if (_world.WithRules)
            _store.Continuity.Bind();
        Take(table);
        return table;
    }

    /// <summary>As Orleans: an older version is no news, and a newer one in which this silo is Dead, or is not, ends it.</summary>
    private void Take(MembershipTableData table)
    {
        if (_view is not null && table.Version.Version < _view.Version.Version)
            return;
        _view = table;
        var own = table.TryGet(SiloAddress)?.Item1;
        if (own is { Status: SiloStatus.Dead } || (own is null && _hasRow))
            Ended ??= "found itself Dead";
    }

    private async Task JoinAsync()
    {
        if (IsActive)
            return;
        if (!_initialized)
        {
            await _table.InitializeMembershipTableAsync(true, CancellationToken.None);
            var table = await RefreshAsync();
            foreach (var (older, etag) in table.Members.Where(member => member.Item1.SiloAddress.Endpoint.Equals(SiloAddress.Endpoint)
                && member.Item1.SiloAddress.Generation < SiloAddress.Generation && member.Item1.Status != SiloStatus.Dead).ToList())
            {
                await DeclareDeadAsync(older, etag, table.Version);
                return;
            }

            _initialized = true;
        }

        var read = await RefreshAsync();
        if (Ended is not null)
            return;
        if (read.TryGet(SiloAddress) is not { } row)
        {
            _entry.Status = SiloStatus.Joining;
            if (await _table.InsertRowAsync(_entry, read.Version.Next(), CancellationToken.None))
                _hasRow = true;
            return;
        }

        _hasRow = true;
        var others = read.Members.Where(member => member.Item1.Status == SiloStatus.Active && !member.Item1.SiloAddress.Equals(SiloAddress));
        if (!others.All(member => _world.Reach(this, member.Item1.SiloAddress) is not null))
            return;

        row.Item1.Status = SiloStatus.Active;
        row.Item1.IAmAliveTime = Now;
        if (await _table.UpdateRowAsync(row.Item1, row.Item2, read.Version.Next(), CancellationToken.None))
        {
            _entry.Status = SiloStatus.Active;
            _world.Say($"{SiloAddress} is active");
            await RefreshAsync();
        }
    }

    private async Task HeartbeatAsync()
    {
        if (!IsActive || Elapsed < _nextHeartbeat)
            return;
        var started = Pod.Clock.GetTimestamp();
        try
        {
            // The usual connection, and a fresh one.
            try
            {
                await _heartbeats.WriteAsync(SiloAddress, _store.Clock.UtcNow, CancellationToken.None);
            }
            catch (KubeApiException)
            {
                _record.Troubled();
                await _heartbeats.WriteAsync(SiloAddress, _store.Clock.UtcNow, CancellationToken.None);
            }

            _record.Succeeded();
            _nextHeartbeat = Elapsed + _options.IAmAliveTablePublishTimeout;
        }
        catch (KubeApiException)
        {
            _record.Failed(started);
        }
    }

    private async Task FenceAsync()
    {
        if (!IsActive)
            return;
        var peers = Others(static status => status == SiloStatus.Active).OrderBy(_ => _world.Random.Next()).Take(3).ToList();
        switch (FencingRule.Decide(_record.Facts(_options.IAmAliveTablePublishTimeout)))
        {
            case FencingVerdict.AskPeers:
                _record.PeersSaid([.. peers.Select(peer => _world.Reach(this, peer)?._record.SinceUntroubledSuccess).OfType<TimeSpan>()]);
                break;
            case FencingVerdict.Leave:
                foreach (var peer in peers)
                {
                    if (Ended is null && await FenceAsync(peer, SiloAddress, _key.Secret))
                        Ended = "fenced";
                }

                break;
        }
    }

    private async Task JudgePodsAsync()
    {
        if (!_initialized || Pod.IsApiCut || _world.IsApiAway || _world.Api.Cluster is not { } cluster || (!_world.WithRules && !IsActive))
            return;
        var verdicts = PodVerdict.Find(cluster.Table.Silos, _world.Api.Pods, new Dictionary<string, PodReference>()).ToList();
        var accused = verdicts.Select(static verdict => verdict.Silo.ToParsableString()).ToHashSet(StringComparer.Ordinal);
        foreach (var cleared in _accused.Keys.Except(accused).ToList())
            _accused.Remove(cleared);
        var delay = JudgeRank.Delay(cluster.Table.Silos, accused, SiloAddress.ToParsableString());
        foreach (var verdict in verdicts)
        {
            var since = _accused[verdict.Silo.ToParsableString()] = _accused.GetValueOrDefault(verdict.Silo.ToParsableString(), Elapsed);
            if (Elapsed - since >= delay)
                await _evictor.EvictAsync(verdict.Silo, EvictionCause.PodGone, "its pod is gone", null, CancellationToken.None);
        }
    }

    private Task ProbeAsync()
    {
        if (_view is null || !_hasRow)
            return Task.CompletedTask;

        // A silo that joins probes the stale and the suspected only.
        var targets = _view.Members.Where(member => member.Item1 is { Status: SiloStatus.Joining or SiloStatus.Active or SiloStatus.ShuttingDown }
            && !member.Item1.SiloAddress.Equals(SiloAddress) && (IsActive || IsStale(member.Item1) || member.Item1.SuspectTimes is { Count: > 0 })).Select(static member => member.Item1.SiloAddress).ToList();
        foreach (var gone in _missed.Keys.Except(targets).ToList())
            _missed.Remove(gone);
        foreach (var target in targets)
            Probe(target);
        return Task.CompletedTask;
    }

    private void Probe(SiloAddress target)
    {
        var missed = _missed.GetValueOrDefault(target);
        var intermediaries = _view!.Members.Where(member => member.Item1.Status == SiloStatus.Active && !IsStale(member.Item1)
            && !member.Item1.SiloAddress.Equals(target) && !member.Item1.SiloAddress.Equals(SiloAddress)).Select(static member => member.Item1.SiloAddress).ToList();
        if (missed < _options.NumMissedProbesLimit - 1 || intermediaries.Count == 0)
        {
            _missed[target] = missed = _world.Reach(this, target) is null ? missed + 1 : 0;
            if (missed >= _options.NumMissedProbesLimit)
                _votes.Enqueue((target, null));
            return;
        }

        var intermediary = intermediaries[_world.Random.Next(intermediaries.Count)];
        if (_world.Reach(this, intermediary) is not { } other)
            return;
        if (_world.Reach(other, target) is not null)
        {
            _missed[target] = 0;
            return;
        }

        _missed[target] = missed + 1;
        _votes.Enqueue((target, intermediary));
    }

    /// <summary>Orleans' queue, which outlasts an API server that is away.</summary>
    private async Task VoteAsync()
    {
        for (var votes = _votes.Count; votes > 0 && Elapsed >= _nextVote; votes--)
        {
            var vote = _votes.Dequeue();
            try
            {
                await SuspectAsync(vote.Target, vote.Intermediary);
                _voteFailures = 0;
            }
            catch (KubeApiException)
            {
                if (_votes.Count < 100)
                    _votes.Enqueue(vote);
                _nextVote = Elapsed + TimeSpan.FromSeconds(Math.Min(60, 1 << Math.Min(++_voteFailures, 6)));
            }
        }
    }

    private async Task SuspectAsync(SiloAddress target, SiloAddress? intermediary)
    {
        var table = await RefreshAsync();
        if (Ended is not null || table.TryGet(target) is not { } found || found.Item1.Status == SiloStatus.Dead)
            return;
        var entry = found.Item1;
        entry.AddOrUpdateSuspector(SiloAddress, Now, _options.NumVotesForDeathDeclaration);
        if (intermediary is not null)
            entry.AddOrUpdateSuspector(intermediary, Now, _options.NumVotesForDeathDeclaration);
        var fresh = entry.SuspectTimes!.Count(vote => Now - vote.Item2 < _options.DeathVoteExpirationTimeout);
        var active = table.Members.Count(member => member.Item1.Status == SiloStatus.Active && !IsStale(member.Item1));
        if (fresh >= Math.Min(_options.NumVotesForDeathDeclaration, (active + 1) / 2))
            await DeclareDeadAsync(entry, found.Item2, table.Version);
        else
            await _table.UpdateRowAsync(entry, found.Item2, table.Version.Next(), CancellationToken.None);
    }

    private Task<bool> DeclareDeadAsync(MembershipEntry entry, string etag, TableVersion version)
    {
        entry.Status = SiloStatus.Dead;
        entry.AddSuspector(SiloAddress, Now);
        return _table.UpdateRowAsync(entry, etag, version.Next(), CancellationToken.None);
    }

    private IEnumerable<SiloAddress> Others(Func<SiloStatus, bool> status) => (_view?.Members ?? [])
        .Where(member => status(member.Item1.Status) && !member.Item1.SiloAddress.Equals(SiloAddress)).Select(static member => member.Item1.SiloAddress);

    private bool IsStale(MembershipEntry entry)
    {
        var alive = entry.StartTime > entry.IAmAliveTime ? entry.StartTime : entry.IAmAliveTime;
        return Now - alive > _options.IAmAliveTablePublishTimeout * _options.NumMissedTableIAmAliveLimit;
    }
}
