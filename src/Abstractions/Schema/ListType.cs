namespace OrleansOperator.Schema;

/// <summary>How server-side apply merges a list: <c>x-kubernetes-list-type</c>.</summary>
public enum ListType
{
    /// <summary>The list has one owner and is replaced as a whole.</summary>
    Atomic,

    /// <summary>Its items are different from each other, and each has its owners.</summary>
    Set,

    /// <summary>Its items are objects that keys tell apart, and each field of each has its owners.</summary>
    Map,
}
