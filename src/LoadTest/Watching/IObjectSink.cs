using OrleansOperator.LoadTest.Objects;

namespace OrleansOperator.LoadTest.Watching;

/// <summary>Is told of the objects of a kind. Calls come one at a time.</summary>
internal interface IObjectSink<T>
    where T : KubeObject
{
    /// <summary>All objects there are: what is not among them is gone.</summary>
    void Replace(IReadOnlyList<T> objects);

    /// <summary>An object was added or changed.</summary>
    void Changed(T changed);

    /// <summary>An object is gone.</summary>
    void Deleted(T deleted);
}
