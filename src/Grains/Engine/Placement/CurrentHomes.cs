using OrleansOperator.Grains.Interfaces.Sharing;

namespace OrleansOperator.Grains.Engine.Placement;

/// <summary>The homes among the silos that are active in this silo's newest view of the membership.</summary>
internal sealed class CurrentHomes(IClusterMembershipService membership)
{
    private volatile Computed? _last;

    /// <summary>The homes now. Computed once for each view.</summary>
    public Homes Value
    {
        get
        {
            var snapshot = membership.CurrentSnapshot;
            if (_last is { } last && ReferenceEquals(last.Of, snapshot))
                return last.Homes;
            var homes = new Homes(from member in snapshot.Members.Values where member.Status == SiloStatus.Active select member.SiloAddress);
            _last = new Computed(snapshot, homes);
            return homes;
        }
    }

    private sealed record Computed(ClusterMembershipSnapshot Of, Homes Homes);
}
