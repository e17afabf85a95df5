using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Deployments;
using OrleansOperator.Grains.Interfaces.Foos;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Foos;

/// <summary>
/// Looks for a ring of Foos that wait for one another's names, by reading from owner to owner. One member lets go first, the one with
/// the smallest uid, on which all agree; then the others follow one by one, each with its new Deployment before the old one goes.
/// </summary>
internal static class RingSearch
{
    /// <summary>Larger rings are not looked for.</summary>
    private const int LargestRing = 16;

    /// <summary>Finds the Deployment that a Foo has to let go of; null when it is not its turn, or there is no ring.</summary>
    /// <param name="writer">Reads.</param>
    /// <param name="foo">The Foo.</param>
    /// <param name="earlier">The names of the Deployments that it still has.</param>
    /// <param name="blocking">The Deployment of another, whose name it wants.</param>
    /// <param name="priority">How urgent it is.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<string?> YieldsAsync(
        FooWriter writer, FooSnapshot foo, IReadOnlyList<string> earlier, DeploymentSnapshot blocking, RequestPriority priority, CancellationToken cancellationToken)
    {
        var members = new HashSet<string> { foo.Uid };
        for (var next = blocking; next is not null && members.Count < LargestRing;)
        {
            if (FooResources.Route(next) is not { } key
                || await FindAsync(writer.ReadFooAsync(key, priority, cancellationToken)) is not { Deleting: false } owner
                || owner.Uid != next.Controller?.Uid
                || !members.Add(owner.Uid))
            {
                return null;
            }

            if (earlier.Contains(owner.DeploymentName))
                return members.Min(StringComparer.Ordinal) == foo.Uid ? owner.DeploymentName : null;

            // One that has the name it wants does not wait for any.
            if (owner.DeploymentName == next.Key.Name || ResourceName.Problem(owner.DeploymentName) is not null)
                return null;
            next = await FindAsync(writer.ReadDeploymentAsync(new ObjectKey(key.Namespace, owner.DeploymentName), priority, cancellationToken));
        }

        return null;
    }

    private static async Task<T?> FindAsync<T>(Task<T> read)
        where T : class
    {
        try
        {
            return await read;
        }
        catch (KubeApiException e) when (e.IsNotFound)
        {
            return null;
        }
    }
}
