using System.Text.Json;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>What is left of an object that was deleted.</summary>
/// <param name="Left">The object while it waits for its finalizers; null when it is gone.</param>
internal sealed record Deleted(ResourceSnapshot? Left)
{
    /// <summary>Reads the answer to a deletion: a Status when the object is gone, else the object.</summary>
    public static Deleted Read(ObjectKind kind, ref Utf8JsonReader reader)
    {
        var ahead = reader;
        if (IsOf(kind, ref ahead))
            return new Deleted(kind.Decode(ref reader));
        reader.Skip();
        return new Deleted(Left: null);
    }

    private static bool IsOf(ObjectKind kind, ref Utf8JsonReader reader)
    {
        while (SnapshotReader.NextField(ref reader))
        {
            if (reader.ValueTextEquals("kind"u8))
                return SnapshotReader.Text(ref reader) == kind.Name;
            SnapshotReader.SkipValue(ref reader);
        }

        return false;
    }
}
