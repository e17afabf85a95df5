using System.Collections.Immutable;

namespace OrleansOperator.Grains.Interfaces;

/// <summary>An <see cref="Observation"/> on its way. What its kind's own record holds is encoded by the kind, so that a record needs no code of Orleans'.</summary>
[GenerateSerializer, Alias("oo.observation")]
internal struct ObservationMessage
{
    /// <summary><see cref="Observation.Resource"/>.</summary>
    [Id(0)] public string Resource { get; set; }

    /// <summary><see cref="Observation.Key"/>.</summary>
    [Id(1)] public ObjectKey Key { get; set; }

    /// <summary><see cref="Observation.Uid"/>.</summary>
    [Id(2)] public string Uid { get; set; }

    /// <summary><see cref="Observation.Snapshot"/>, where its type has a serializer.</summary>
    [Id(3)] public ResourceSnapshot? Snapshot { get; set; }

    /// <summary><see cref="Observation.Cause"/>.</summary>
    [Id(4)] public ObservationCause Cause { get; set; }

    /// <summary><see cref="Observation.Snapshot"/>, where its kind encodes it.</summary>
    [Id(5)] public EncodedSnapshot? Encoded { get; set; }
}

/// <summary>A snapshot that its kind encodes, with the metadata that every kind has.</summary>
[GenerateSerializer, Immutable, Alias("oo.encoded-snapshot")]
internal sealed record EncodedSnapshot
{
    /// <summary><see cref="ResourceSnapshot.ResourceVersion"/>.</summary>
    [Id(0)] public required long ResourceVersion { get; init; }

    /// <summary><see cref="ResourceSnapshot.Generation"/>.</summary>
    [Id(1)] public required long Generation { get; init; }

    /// <summary><see cref="ResourceSnapshot.Deleting"/>.</summary>
    [Id(2)] public required bool Deleting { get; init; }

    /// <summary><see cref="ResourceSnapshot.Controller"/>.</summary>
    [Id(3)] public ControllerReference? Controller { get; init; }

    /// <summary><see cref="ReconciledSnapshot.ObservedGeneration"/>.</summary>
    [Id(4)] public long? ObservedGeneration { get; init; }

    /// <summary><see cref="ReconciledSnapshot.Conditions"/>.</summary>
    [Id(5)] public ImmutableArray<Condition> Conditions { get; init; } = [];

    /// <summary>The rest.</summary>
    [Id(6)] public required byte[] Body { get; init; }
}

/// <summary>Makes messages of observations, and observations of messages.</summary>
[RegisterConverter]
internal sealed class ObservationConverter(IEnumerable<ISnapshotCodec> codecs) : IConverter<Observation, ObservationMessage>
{
    private readonly Dictionary<string, ISnapshotCodec> _codecs = codecs.DistinctBy(codec => codec.Resource).ToDictionary(codec => codec.Resource);

    /// <inheritdoc/>
    public ObservationMessage ConvertToSurrogate(in Observation value) => new()
    {
        Resource = value.Resource,
        Key = value.Key,
        Uid = value.Uid,
        Cause = value.Cause,
        Snapshot = _codecs.ContainsKey(value.Resource) ? null : value.Snapshot,
        Encoded = value.Snapshot is { } snapshot && _codecs.TryGetValue(value.Resource, out var codec) ? Encode(codec, snapshot) : null,
    };

    /// <inheritdoc/>
    public Observation ConvertFromSurrogate(in ObservationMessage surrogate) => new()
    {
        Resource = surrogate.Resource,
        Key = surrogate.Key,
        Uid = surrogate.Uid,
        Cause = surrogate.Cause,
        Snapshot = surrogate.Encoded is { } encoded ? Decode(surrogate, encoded) : surrogate.Snapshot,
    };

    private static EncodedSnapshot Encode(ISnapshotCodec codec, ResourceSnapshot snapshot) => new()
    {
        ResourceVersion = snapshot.ResourceVersion,
        Generation = snapshot.Generation,
        Deleting = snapshot.Deleting,
        Controller = snapshot.Controller,
        ObservedGeneration = (snapshot as ReconciledSnapshot)?.ObservedGeneration,
        Conditions = (snapshot as ReconciledSnapshot)?.Conditions ?? [],
        Body = codec.Encode(snapshot),
    };

    private ResourceSnapshot Decode(in ObservationMessage message, EncodedSnapshot encoded)
    {
        if (!_codecs.TryGetValue(message.Resource, out var codec))
            throw new InvalidOperationException($"This silo has no controller that knows {message.Resource}.");
        var snapshot = codec.Decode(encoded.Body);
        return snapshot is ReconciledSnapshot reconciled
            ? reconciled with
            {
                Key = message.Key,
                Uid = message.Uid,
                ResourceVersion = encoded.ResourceVersion,
                Generation = encoded.Generation,
                Deleting = encoded.Deleting,
                Controller = encoded.Controller,
                ObservedGeneration = encoded.ObservedGeneration,
                Conditions = encoded.Conditions,
            }
            : snapshot with
            {
                Key = message.Key,
                Uid = message.Uid,
                ResourceVersion = encoded.ResourceVersion,
                Generation = encoded.Generation,
                Deleting = encoded.Deleting,
                Controller = encoded.Controller,
            };
    }
}
