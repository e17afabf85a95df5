using System.Collections.Immutable;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Interfaces;

/// <summary>
/// Everything of one kind that concerns a grain, as a silo that took over the kind's feed has listed it. What was deleted
/// between the last watch of the silo before and this list is told by nobody else: it is what is not named here.
/// </summary>
/// <param name="Resource">The kind, as <c>plural.group</c>.</param>
/// <param name="Range">The uids that the list is about; nothing is said about others.</param>
/// <param name="Version">Resource version of the list; nothing is said about what is newer.</param>
/// <param name="Uids">The objects that concern the grain.</param>
[GenerateSerializer, Immutable, Alias("oo.list")]
public sealed record ListObservation(
    [property: Id(0)] string Resource,
    [property: Id(1)] UidRange Range,
    [property: Id(2)] long Version,
    [property: Id(3)] ImmutableArray<string> Uids)
{
    /// <summary>Whether the list says that an object is gone.</summary>
    public bool IsGone(ResourceSnapshot known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return known.ResourceVersion <= Version && Range.Contains(known.Uid) && !Uids.Contains(known.Uid);
    }
}
