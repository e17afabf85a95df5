using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Engine.Probes;

/// <summary>Knows the newest version.</summary>
[GenerateSerializer]
public sealed class ProbeKnowledge : IKnowledge
{
    [Id(0)]
    public long Version { get; private set; }

    [Id(1)]
    public bool IsEmpty { get; private set; } = true;

    /// <summary>What was last observed.</summary>
    [Id(3)]
    public ResourceSnapshot? Snapshot { get; private set; }

    [Id(2)]
    public int Resyncs { get; private set; }

    public bool Observe(Observation observation)
    {
        if (observation.Snapshot is not { } snapshot)
        {
            var news = !IsEmpty;
            (IsEmpty, Snapshot) = (true, null);
            return news;
        }

        if (snapshot.ResourceVersion <= Version)
            return false;
        (Version, IsEmpty, Snapshot) = (snapshot.ResourceVersion, false, snapshot);
        return true;
    }

    public IReadOnlyList<KnownObject> Objects => Snapshot is null ? [] : [new KnownObject("probes.example.com", Snapshot)];

    public void Resync() => Resyncs++;
}

/// <summary>An object that is nothing but its version.</summary>
[GenerateSerializer, Immutable]
public sealed record ProbeSnapshot : ResourceSnapshot;
