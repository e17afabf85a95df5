using System.Collections.Concurrent;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Engine.Probes;

/// <summary>The tests that share a silo: each has a namespace of its own.</summary>
internal sealed class ProbeTests
{
    private readonly ConcurrentDictionary<string, ProbeRuns> _runs = new();

    /// <summary>The runs of a grain's test.</summary>
    public ProbeRuns RunsOf(string grain) => _runs.GetOrAdd(ObjectKey.Parse(grain).Namespace, static _ => new ProbeRuns());
}
