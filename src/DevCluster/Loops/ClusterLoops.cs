using System.Threading.Channels;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Loops;

/// <summary>
/// Runs what every cluster has besides its API server: one queue of changes, handed to each loop in order.
/// </summary>
internal sealed class ClusterLoops : IAsyncDisposable
{
    private readonly Channel<(string Resource, WatchEvent Change)> _changes =
        Channel.CreateUnbounded<(string, WatchEvent)>(new UnboundedChannelOptions { SingleReader = true });

    private readonly ObjectStore _store;
    private readonly DeploymentLoop _deployments;
    private readonly GarbageLoop _garbage;
    private readonly NamespaceLoop _namespaces;
    private readonly ReleaseLoop _releases;
    private readonly QuotaLoop _quotas;
    private readonly ServiceAccountLoop _accounts;
    private readonly AggregationLoop _aggregation;
    private readonly Task _run;

    public ClusterLoops(
        ObjectStore store, DeploymentLoop deployments, GarbageLoop garbage, NamespaceLoop namespaces, ReleaseLoop releases, QuotaLoop quotas,
        ServiceAccountLoop accounts, AggregationLoop aggregation)
    {
        (_store, _deployments, _garbage, _namespaces, _releases, _quotas) = (store, deployments, garbage, namespaces, releases, quotas);
        (_accounts, _aggregation) = (accounts, aggregation);
        store.Changed += Take;
        _run = Task.Run(RunAsync);
    }

    public async ValueTask DisposeAsync()
    {
        _store.Changed -= Take;
        _changes.Writer.TryComplete();
        await _run;
        _deployments.Dispose();
    }

    private void Take(string resource, WatchEvent change) => _changes.Writer.TryWrite((resource, change));

    private async Task RunAsync()
    {
        while (await _changes.Reader.WaitToReadAsync())
        {
            while (_changes.Reader.TryRead(out var next))
                Observe(next.Resource, next.Change);
            _quotas.Settle();
        }
    }

    private void Observe(string resource, WatchEvent change)
    {
        if (resource == DeploymentLoop.Resource && change.Type != WatchEventType.Deleted)
            _deployments.Observe(change.Object);
        _garbage.Observe(resource, change);
        _releases.Observe(resource, change);
        _namespaces.Observe(resource, change);
        _quotas.Observe(resource, change);
        _accounts.Observe(resource, change);
        _aggregation.Observe(resource, change);
    }
}
