using System.Collections.Concurrent;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>The reconciling grains that are active on this silo.</summary>
public sealed class LocalReconcilers : ILocalReconcilers
{
    /// <summary>Why a grain leaves that is not at home.</summary>
    internal const string HomeElsewhere = "Its home is another silo.";

    private readonly ConcurrentDictionary<IGrainContext, ObjectKey> _active = new();

    /// <summary>How many there are.</summary>
    public int Count => _active.Count;

    /// <summary>What can be seen of them. Neither calls nor wakes any.</summary>
    public IEnumerable<IReconcilerView> Views
    {
        get
        {
            foreach (var (grain, _) in _active)
            {
                if (grain.GrainInstance is IReconcilerView view)
                    yield return view;
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerable<LocalReconciler> All
    {
        get
        {
            foreach (var (grain, key) in _active)
            {
                if (grain.GrainInstance is IReconcilerView view)
                    yield return new LocalReconciler(grain.GrainId.Type, key, view.Objects);
            }
        }
    }

    /// <inheritdoc/>
    public int Leave(Homes homes)
    {
        ArgumentNullException.ThrowIfNull(homes);
        var left = 0;
        foreach (var (grain, key) in _active)
        {
            if (homes.Of(key) is not { } home || home.Equals(grain.Address.SiloAddress))
                continue;
            grain.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, HomeElsewhere));
            left++;
        }

        return left;
    }

    internal void Add(IGrainContext grain) => _active[grain] = ObjectKey.Parse(grain.GrainId.Key.ToString()!);

    /// <summary>Whether it was there.</summary>
    internal bool Remove(IGrainContext grain) => _active.TryRemove(grain, out _);
}
