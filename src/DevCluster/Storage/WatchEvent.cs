namespace OrleansOperator.DevCluster.Storage;

/// <summary>What happened to an object.</summary>
internal enum WatchEventType
{
    Added,
    Modified,
    Deleted,
}

/// <summary>One change.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object afterwards; for a deletion its last state under the deletion's version.</param>
/// <param name="Previous">The object before, or null when it was not there.</param>
internal sealed record WatchEvent(WatchEventType Type, StoredObject Object, StoredObject? Previous)
{
    public long Version => Object.Version;

    /// <summary>The object before, under this event's version: what is told to a watch whose selection it leaves.</summary>
    public StoredObject Departed => Type == WatchEventType.Deleted ? Object : _departed ??= Previous!.At(Version);

    private StoredObject? _departed;

    /// <summary>What it holds on to, in bytes.</summary>
    public int Size => Object.Json.Length + (Previous?.Json.Length ?? 0);
}
