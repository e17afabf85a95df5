using OrleansOperator.Clustering.Kubernetes.Watching;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>
/// Tells when joining takes long because other silos do not answer: a silo joins only when every active one answers its probe,
/// except those whose heartbeats have stopped (<c>ClusterMembershipOptions.NumMissedTableIAmAliveLimit</c>).
/// </summary>
internal sealed class JoinWatch(MembershipHealth health, IClusterMembershipService membership, ILocalSiloDetails self, TimeProvider clock)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private const string Joining = "Joining the cluster";

    /// <summary>Just before Orleans probes the others.</summary>
    private const int Stage = ServiceLifecycleStage.AfterRuntimeGrainServices + 1;

    /// <summary>Longer than a join among silos that answer.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle observer) => observer.RunFrom(Stage, nameof(JoinWatch), RunAsync);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Usual, clock, cancellationToken);
        using var timer = new PeriodicTimer(Period, clock);
        while (membership.CurrentSnapshot.GetSiloStatus(self.SiloAddress) is SiloStatus.Created or SiloStatus.Joining)
        {
            var others = membership.CurrentSnapshot.Members.Values.Where(static member => member.Status == SiloStatus.Active).Select(static member => member.SiloAddress.Endpoint.ToString());
            if (string.Join(", ", others.Order(StringComparer.Ordinal)) is { Length: > 0 } list)
                health.Fails(Joining, $"not every active silo answers yet, of {list}; check that this silo reaches their silo ports, and they this one's");
            await timer.WaitForNextTickAsync(cancellationToken);
        }

        health.Works(Joining);
    }
}
