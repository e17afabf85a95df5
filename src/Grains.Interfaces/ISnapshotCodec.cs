namespace OrleansOperator.Grains.Interfaces;

/// <summary>How snapshots of a kind without an Orleans serializer of its own are sent to other silos.</summary>
public interface ISnapshotCodec
{
    /// <summary>The kind, as <c>plural.group</c>.</summary>
    string Resource { get; }

    /// <summary>Everything but the metadata.</summary>
    byte[] Encode(ResourceSnapshot snapshot);

    /// <summary>A snapshot without its metadata.</summary>
    ResourceSnapshot Decode(byte[] encoded);
}
