namespace OrleansOperator;

/// <summary>
/// The elements of a list are told apart by a field, as those of a pod's <c>containers</c> are by their <c>name</c>
/// (<c>x-kubernetes-list-map-keys</c>, <c>patchMergeKey</c>): each wanted one is compared with its namesake, and others stay. A list
/// without this is compared, and written, as a whole.
/// </summary>
/// <param name="name">The JSON name of the field.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class MergeKeyAttribute(string name) : Attribute
{
    /// <summary>The JSON name of the field.</summary>
    public string Name => name;
}
