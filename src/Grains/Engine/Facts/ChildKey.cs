using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Engine.Facts;

/// <summary>Which object is owned, or is to be.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Key">Its namespace and name.</param>
internal readonly record struct ChildKey(OwnedKind Kind, ObjectKey Key)
{
    /// <summary>Kind and name, for messages.</summary>
    public override string ToString() => $"{Kind.Name} {Key.Name}";
}
