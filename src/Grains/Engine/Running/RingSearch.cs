using OrleansOperator.Grains.Engine.Controllers;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Running;

/// <summary>
/// Looks for a ring of objects that wait for one another's names, by reading from owner to owner. One member lets go first, the one with
/// the smallest uid, on which all agree; then the others follow one by one, each with what it wants before the old one goes.
/// </summary>
internal sealed class RingSearch(Controller controller, ObjectWriter writer)
{
    /// <summary>Larger rings are not looked for.</summary>
    private const int LargestRing = 16;

    /// <summary>Finds the name that an object has to let go of; null when it is not its turn, or there is no ring.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="search">What it still has, and the object of another whose name it wants.</param>
    /// <param name="priority">How urgent it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<string?> YieldsAsync(ReconciledSnapshot obj, Step.FindRing search, RequestPriority priority, CancellationToken cancellationToken)
    {
        var kind = search.Child.Kind;
        var members = new HashSet<string> { obj.Uid };
        for (var next = search.Blocking; next is not null && members.Count < LargestRing;)
        {
            if (controller.OwnerOf(next) is not { } key
                || await FindAsync(controller.Kind, key, priority, cancellationToken) is not ReconciledSnapshot { Deleting: false } owner
                || owner.Uid != next.Controller?.Uid
                || !members.Add(owner.Uid))
            {
                return null;
            }

            // What an object wants does not depend on what is known: with nothing known, too, it names the same.
            var wanted = controller.Reconcile(owner, Known.Nothing).Wanted.Where(wanted => wanted.GetType() == kind.Type).Select(wanted => wanted.Key).ToList();
            if (search.Earlier.Select(earlier => earlier.Key).FirstOrDefault(wanted.Contains) is { Name.Length: > 0 } own)
                return members.Min(StringComparer.Ordinal) == obj.Uid ? own.Name : null;

            // It waits for a name that it does not have; one that has what it wants does not wait for any.
            var blocking = next;
            next = null;
            foreach (var name in wanted.Where(name => name != blocking.Key && ResourceName.Problem(name.Name) is null))
            {
                if (await FindAsync(kind, name, priority, cancellationToken) is { } there && there.Controller?.Uid != owner.Uid)
                {
                    next = there;
                    break;
                }
            }
        }

        return null;
    }

    private async Task<ResourceSnapshot?> FindAsync(ObjectKind kind, ObjectKey key, RequestPriority priority, CancellationToken cancellationToken)
    {
        try
        {
            return await writer.ReadAsync(kind, key, priority, cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
