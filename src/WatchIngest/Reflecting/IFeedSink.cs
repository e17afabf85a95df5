using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>Where a reflector puts what it sees.</summary>
internal interface IFeedSink
{
    /// <summary>A whole list: what is not in it is gone.</summary>
    void Replace(IReadOnlyList<ResourceSnapshot> objects, long version);

    /// <summary>An object was added or changed.</summary>
    void Upsert(ResourceSnapshot snapshot);

    /// <summary>An object is gone; this is its last state.</summary>
    void Delete(ResourceSnapshot snapshot);
}
