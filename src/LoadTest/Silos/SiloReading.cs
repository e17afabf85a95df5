namespace OrleansOperator.LoadTest.Silos;

/// <summary>What a process uses.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="CpuSeconds">Processor time since its start.</param>
/// <param name="ResidentBytes">Resident memory.</param>
/// <param name="PrivateBytes">Private dirty memory: what it costs beyond files that others map too; null where it cannot be seen.</param>
internal readonly record struct SiloReading(string Name, double CpuSeconds, long ResidentBytes, long? PrivateBytes);

/// <summary>What silos have counted since their start, summed.</summary>
/// <param name="Requests">Requests to the API server by <c>verb resource</c>, watches and what keeps the cluster of silos left out.</param>
/// <param name="QueueWait">How long news of an object waited for its reconcile.</param>
internal sealed record SiloCounters(IReadOnlyDictionary<string, double> Requests, Statistics.WaitHistogram QueueWait)
{
    private static readonly string[] s_membership = ["leases", "orleansclusters", "pods", "selfsubjectaccessreviews"];
    private static readonly string[] s_writes = ["create ", "update ", "patch ", "delete "];

    /// <summary>Nothing.</summary>
    public static SiloCounters None { get; } = new(new Dictionary<string, double>(), Statistics.WaitHistogram.Empty);

    /// <summary>How many of the requests were writes.</summary>
    public double Writes => Requests.Where(request => s_writes.Any(verb => request.Key.StartsWith(verb, StringComparison.Ordinal))).Sum(request => request.Value);

    /// <summary>What a silo's <c>/metrics</c> says.</summary>
    public static SiloCounters Of(string metrics)
    {
        var samples = Statistics.PrometheusText.Read(metrics).ToList();
        return new SiloCounters(
            samples.Where(sample => sample.Name == "kube_api_requests_total" && sample["verb"] != "watch" && !s_membership.Any(name => sample["resource"].StartsWith(name, StringComparison.Ordinal)))
                .GroupBy(sample => $"{sample["verb"]} {sample["resource"]}")
                .ToDictionary(requests => requests.Key, requests => requests.Sum(sample => sample.Value)),
            Statistics.WaitHistogram.Of(samples, "workqueue_queue_duration_seconds"));
    }

    /// <summary>Both.</summary>
    public SiloCounters Plus(SiloCounters other) => new(
        Requests.Keys.Union(other.Requests.Keys).ToDictionary(key => key, key => Requests.GetValueOrDefault(key) + other.Requests.GetValueOrDefault(key)),
        QueueWait.Plus(other.QueueWait));

    /// <summary>What was added since; a counter that fell was reset to zero.</summary>
    public SiloCounters Since(SiloCounters earlier) => new(
        Requests.Select(now => (now.Key, Value: now.Value >= earlier.Requests.GetValueOrDefault(now.Key) ? now.Value - earlier.Requests.GetValueOrDefault(now.Key) : now.Value))
            .Where(request => request.Value > 0).ToDictionary(request => request.Key, request => request.Value),
        QueueWait.Since(earlier.QueueWait));
}
