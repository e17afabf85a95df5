using System.Collections.Immutable;
using System.Text.Json;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Foos;

/// <summary>Decodes a Foo straight from UTF-8.</summary>
public static class FooDecoder
{
    /// <summary>Reads one object; the reader stands on its start and is left on its end.</summary>
    /// <exception cref="JsonException">It is no object of the API server.</exception>
    public static ResourceSnapshot Decode(ref Utf8JsonReader reader)
    {
        var common = default(SnapshotReader);
        string? deploymentName = null;
        int? replicas = null, available = null;
        long? observed = null;
        string? selector = null;
        var conditions = ImmutableArray<Condition>.Empty;
        while (SnapshotReader.NextField(ref reader))
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                common.ReadMetadata(ref reader);
            }
            else if (reader.ValueTextEquals("spec"u8))
            {
                if (!SnapshotReader.EnterObject(ref reader))
                    continue;
                while (SnapshotReader.NextField(ref reader))
                {
                    if (reader.ValueTextEquals("deploymentName"u8))
                        deploymentName = SnapshotReader.Text(ref reader, common.Name);
                    else if (reader.ValueTextEquals("replicas"u8))
                        replicas = SnapshotReader.Count(ref reader);
                    else
                        SnapshotReader.SkipValue(ref reader);
                }
            }
            else if (reader.ValueTextEquals("status"u8))
            {
                if (!SnapshotReader.EnterObject(ref reader))
                    continue;
                while (SnapshotReader.NextField(ref reader))
                {
                    if (reader.ValueTextEquals("availableReplicas"u8))
                        available = SnapshotReader.Count(ref reader);
                    else if (reader.ValueTextEquals("observedGeneration"u8))
                        observed = SnapshotReader.Number(ref reader);
                    else if (reader.ValueTextEquals("selector"u8))
                        selector = SnapshotReader.Text(ref reader);
                    else if (reader.ValueTextEquals("conditions"u8))
                        conditions = SnapshotReader.ReadConditions(ref reader);
                    else
                        SnapshotReader.SkipValue(ref reader);
                }
            }
            else
            {
                SnapshotReader.SkipValue(ref reader);
            }
        }

        return new FooSnapshot
        {
            Key = common.Key,
            Uid = common.Uid!,
            ResourceVersion = common.Version,
            Generation = common.Generation,
            Deleting = common.Deleting,
            DeploymentName = deploymentName ?? "",
            Replicas = replicas,
            AvailableReplicas = available,
            ObservedGeneration = observed,
            Conditions = conditions,
            HasSelector = FooSelector.IsOf(common.Name, selector),
        };
    }
}
