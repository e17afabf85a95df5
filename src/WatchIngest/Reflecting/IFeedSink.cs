using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Reflecting;

/// <summary>Where a reflector puts what it sees.</summary>
internal interface IFeedSink
{
    /// <summary>A whole list: what is not in it is gone.</summary>
    /// <param name="objects">The objects that could be read.</param>
    /// <param name="unreadable">Those that exist but could not be read: the last readable state of each still counts.</param>
    /// <param name="version">Resource version of the list.</param>
    void Replace(IReadOnlyList<ResourceSnapshot> objects, IReadOnlyList<ObjectMeta> unreadable, long version);

    /// <summary>An object was added or changed.</summary>
    void Upsert(ResourceSnapshot snapshot);

    /// <summary>An object was added or changed and cannot be read.</summary>
    void Unreadable(ObjectMeta meta);

    /// <summary>An object is gone.</summary>
    /// <param name="meta">Which object.</param>
    /// <param name="last">Its last state, if that could be read.</param>
    void Delete(ObjectMeta meta, ResourceSnapshot? last);

    /// <summary>Everything up to a version has been seen.</summary>
    void Reached(long version);
}
