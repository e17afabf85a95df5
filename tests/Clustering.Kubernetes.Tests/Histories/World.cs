using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Pods;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Histories;

/// <summary>
/// Pods with silos in them, the networks between them and to the API server, and the kubelet that restarts what has ended. Every step is two
/// seconds. The history breaks things; the invariants are checked after each step.
/// </summary>
internal sealed class World
{
    public static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    /// <summary>How long a silo must have been well before it may not be evicted: probes that failed before count for a while.</summary>
    private static readonly TimeSpan Well = TimeSpan.FromSeconds(60);

    /// <summary>How long the row of a silo whose process is gone may stay, while others could write it.</summary>
    private static readonly TimeSpan DeathLimit = TimeSpan.FromSeconds(150);

    private readonly HashSet<(int, int)> _cutPairs = [];
    private readonly Dictionary<string, TimeSpan> _deaths = new(StringComparer.Ordinal);
    private readonly List<string> _log = [];
    private int _address;
    private int _generation;

    public World(int seed, int pods, bool withRules = true)
    {
        (Random, WithRules) = (new Random(seed), withRules);
        Clock = new SimulatedClock(new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero));
        Api = new SimulatedApiServer(Clock, tellsTime: withRules);
        for (var i = 0; i < pods; i++)
            AddPod();
    }

    /// <summary>
    /// Whether silos keep the rules of this project. Without, they do as Orleans does with any table: times are the node's, heartbeats are stale
    /// after 15 s, votes are written as they come, and a table is whatever is read. Then evictions of the well are counted, and end nothing.
    /// </summary>
    public bool WithRules { get; }

    /// <summary>Silos that were well and were evicted.</summary>
    public int FalseEvictions { get; private set; }

    public Random Random { get; }

    public SimulatedClock Clock { get; }

    public SimulatedApiServer Api { get; }

    public List<SimulatedPod> Pods { get; } = [];

    public bool IsApiAway { get; set; }

    /// <summary>The share of requests that get no answer.</summary>
    public double Brownout { get; set; }

    /// <summary>When the table was last deleted.</summary>
    public TimeSpan? TableDeleted { get; private set; }

    /// <summary>What happened, for a history that fails.</summary>
    public string Log => string.Join('\n', _log);

    public IEnumerable<SimulatedSilo> Silos => Pods.Select(static pod => pod.Silo).OfType<SimulatedSilo>();

    public void Say(string what) => _log.Add(FormattableString.Invariant($"{Clock.Elapsed.TotalSeconds,5:0} {what}"));

    public void AddPod()
    {
        var pod = new SimulatedPod(Pods.Count == 0 ? 0 : Pods.Max(static other => other.Ordinal) + 1, new NodeClock(Clock));
        Pods.Add(pod);
        Schedule(pod);
    }

    /// <summary>The pod is deleted and recreated, under another address.</summary>
    public void Replace(SimulatedPod pod)
    {
        Kill(pod);
        Api.Pods.Remove(pod.Uid);
        Schedule(pod);
    }

    public void Kill(SimulatedPod pod)
    {
        if (pod.Silo is { } silo)
            _deaths[silo.Address.ToParsableString()] = Clock.Elapsed;
        pod.Silo = null;
        pod.StartsAt = Clock.Elapsed + TimeSpan.FromSeconds(6);
    }

    public void DeleteTable()
    {
        Api.DeleteCluster();
        TableDeleted = Clock.Elapsed;
    }

    public void Cut(SimulatedPod one, SimulatedPod other) => _cutPairs.Add((Math.Min(one.Ordinal, other.Ordinal), Math.Max(one.Ordinal, other.Ordinal)));

    public void HealPairs() => _cutPairs.Clear();

    /// <summary>Whether a call gets an answer: the way is open, and the process at the other end is the one that is meant and runs.</summary>
    public SimulatedSilo? Reach(SimulatedSilo from, SiloAddress address)
    {
        foreach (var pod in Pods)
        {
            if (pod.Silo is { IsHung: false } silo && silo.Address.Equals(address))
                return IsOpen(from.Pod, pod) ? silo : null;
        }

        return null;
    }

    public async Task StepAsync()
    {
        Clock.Advance(Step);
        foreach (var pod in Pods)
        {
            if (pod.Silo is null && pod.StartsAt <= Clock.Elapsed)
                pod.Silo = new SimulatedSilo(this, pod, ++_generation);
        }

        Track();

        foreach (var pod in Pods.OrderBy(_ => Random.Next()).ToList())
        {
            if (pod.Silo is not { } silo)
                continue;
            await silo.StepAsync();
            if (silo.Ended is { } reason)
            {
                Say($"{silo.Address} ends: {reason}");
                Kill(pod);
            }
        }

        if (WithRules)
            CheckDeadAreEvicted();
    }

    /// <summary>Called for each row that another silo turns Dead.</summary>
    public void Evicted(SiloRow row)
    {
        Say($"{row.Silo} is evicted: {row.Eviction?.Cause} by {row.Eviction?.By}, {row.Eviction?.Evidence}");
        if (Silos.FirstOrDefault(silo => silo.Address.ToParsableString() == row.Silo) is { } silo && silo.WellSince is { } since && Clock.Elapsed - since > Well)
        {
            FalseEvictions++;
            if (WithRules)
                throw new BrokenInvariantException($"{row.Silo} was well since {since.TotalSeconds} s, and is evicted: {row.Eviction}\n{Log}");
        }
    }

    /// <summary>What must be so when all has been well for long enough: one table, all silos in it, and no dead one Active.</summary>
    public void CheckSettled()
    {
        var active = (Api.Cluster?.Table.Silos ?? []).Where(static row => row.Status != SiloStatus.Dead).Select(static row => row.Silo).Order(StringComparer.Ordinal).ToList();
        var running = Silos.Select(static silo => silo.Address.ToParsableString()).Order(StringComparer.Ordinal).ToList();
        if (running.Count != Pods.Count || !active.SequenceEqual(running) || Silos.Any(static silo => !silo.IsActive))
            throw new BrokenInvariantException($"running: {string.Join(", ", running)}; not Dead in the table: {string.Join(", ", active)}\n{Log}");
        if (Silos.Select(static silo => silo.View).Distinct().Count() != 1)
            throw new BrokenInvariantException($"views differ: {string.Join("; ", Silos.Select(static silo => silo.View))}\n{Log}");
    }

    private bool IsOpen(SimulatedPod one, SimulatedPod other) =>
        one == other || !_cutPairs.Contains((Math.Min(one.Ordinal, other.Ordinal), Math.Max(one.Ordinal, other.Ordinal)));

    private void Schedule(SimulatedPod pod)
    {
        (pod.Uid, pod.Ip) = ($"pod-{++_address}", $"10.0.{_address / 250}.{(_address % 250) + 1}");
        pod.StartsAt = Clock.Elapsed + TimeSpan.FromSeconds(Random.Next(0, 10));
        Api.Pods[pod.Uid] = new PodObject(
            new ObjectMeta { Namespace = "default", Name = $"silo-{pod.Ordinal}", Uid = pod.Uid, CreationTimestamp = Clock.GetUtcNow().UtcDateTime },
            new PodStatus("Running", pod.Ip, [new PodIP(pod.Ip)]));
    }

    /// <summary>Since when each silo reaches the API server and more than half of the members that run, itself among them.</summary>
    private void Track()
    {
        var active = (Api.Cluster?.Table.Silos ?? []).Where(static row => row.Status == SiloStatus.Active).Select(static row => row.Silo).ToHashSet(StringComparer.Ordinal);
        var silos = Silos.ToList();
        var members = silos.Where(silo => active.Contains(silo.Address.ToParsableString())).ToList();
        foreach (var silo in silos)
        {
            var reached = members.Count(other => other == silo || (!other.IsHung && IsOpen(silo.Pod, other.Pod)));
            var isWell = silo is { IsHung: false, Pod.IsApiCut: false } && !IsApiAway && reached * 2 > members.Count;
            silo.WellSince = isWell ? silo.WellSince ?? Clock.Elapsed : null;
            silo.JudgesSince = isWell && Brownout == 0 && silo.IsActive ? silo.JudgesSince ?? Clock.Elapsed : null;
        }
    }

    private void CheckDeadAreEvicted()
    {
        // Somebody must have been able to write it, and others to confirm it.
        var silos = Silos.ToList();
        if (silos.Count(silo => silo.JudgesSince is { } since && Clock.Elapsed - since > DeathLimit) * 2 <= Pods.Count)
            return;
        foreach (var row in Api.Cluster?.Table.Silos ?? [])
        {
            if (row.Status == SiloStatus.Active && _deaths.TryGetValue(row.Silo, out var at) && Clock.Elapsed - at > DeathLimit)
                throw new BrokenInvariantException($"{row.Silo} is dead since {at.TotalSeconds} s, and still Active\n{Log}");
        }
    }
}

/// <summary>A pod of the history.</summary>
internal sealed class SimulatedPod(int ordinal, NodeClock clock)
{
    public int Ordinal => ordinal;

    public NodeClock Clock => clock;

    public string Uid { get; set; } = "";

    public string Ip { get; set; } = "";

    public bool IsApiCut { get; set; }

    public TimeSpan StartsAt { get; set; }

    public SimulatedSilo? Silo { get; set; }
}

/// <summary>A history has broken an invariant.</summary>
internal sealed class BrokenInvariantException(string message) : Exception(message);
