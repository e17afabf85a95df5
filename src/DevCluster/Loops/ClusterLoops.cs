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
    private readonly Task _run;

    public ClusterLoops(ObjectStore store, DeploymentLoop deployments, GarbageLoop garbage, NamespaceLoop namespaces, ReleaseLoop releases)
    {
        (_store, _deployments, _garbage, _namespaces, _releases) = (store, deployments, garbage, namespaces, releases);
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
        await foreach (var (resource, change) in _changes.Reader.ReadAllAsync())
        {
            if (resource == DeploymentLoop.Resource && change.Type != WatchEventType.Deleted)
                _deployments.Observe(change.Object);
            _garbage.Observe(resource, change);
            _releases.Observe(resource, change);
            _namespaces.Observe(resource, change);
        }
    }
}
