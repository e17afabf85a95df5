using System.Collections.Concurrent;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>The reconciling grains that are active on this silo.</summary>
public sealed class LocalReconcilers
{
    private readonly ConcurrentDictionary<IGrainContext, byte> _active = new();

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

    internal IEnumerable<IGrainContext> All => _active.Keys;

    internal void Add(IGrainContext grain) => _active[grain] = 0;

    /// <summary>Whether it was there.</summary>
    internal bool Remove(IGrainContext grain) => _active.TryRemove(grain, out _);
}
