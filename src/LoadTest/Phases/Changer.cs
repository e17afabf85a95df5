using OrleansOperator.KubeApi;
using OrleansOperator.LoadTest.Objects;
using OrleansOperator.LoadTest.Tracking;

namespace OrleansOperator.LoadTest.Phases;

/// <summary>Makes changes, and tells the tracker what became of each.</summary>
internal sealed class Changer(TestCluster cluster, Tracker tracker, TimeSpan patience, TimeProvider clock)
{
    private static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(2);

    /// <summary>Makes one change. An API server that is busy or cannot be reached is asked again, as a user would.</summary>
    /// <param name="set">What it is measured with.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="key">The Foo.</param>
    /// <param name="replicas">What the spec of the Foo, or of a Deployment that is edited by hand, gets.</param>
    /// <param name="due">When it was due.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task MakeAsync(ChangeSet set, ChangeKind kind, FooKey key, int replicas, long due, CancellationToken cancellationToken)
    {
        var change = tracker.Begin(set, kind, key, kind is ChangeKind.Create or ChangeKind.Scale ? replicas : tracker.WantedOf(key), due);
        var wait = s_firstWait;
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                tracker.Accept(change, (await SendAsync(kind, key, replicas, cancellationToken)).Metadata.Version);
                return;
            }
            catch (KubeApiException e) when (!isFirst && ((kind == ChangeKind.Create && e.IsAlreadyExists) || (kind is ChangeKind.Delete or ChangeKind.Lose && e.IsNotFound)))
            {
                // The answer to the first try was lost.
                tracker.Accept(change, 0);
                return;
            }
            catch (KubeApiException e) when (IsTransient(e) && clock.GetElapsedTime(change.Sent) < patience)
            {
                await Task.Delay(e.RetryAfter > wait ? e.RetryAfter.Value : wait, clock, cancellationToken);
                wait = wait * 2 < s_longestWait ? wait * 2 : s_longestWait;
            }
            catch (KubeApiException e)
            {
                tracker.Refuse(change, e.Message);
                return;
            }
        }
    }

    private static bool IsTransient(KubeApiException e) => e.IsAmbiguous || (int)e.Code! is 429 or >= 500;

    private async Task<KubeObject> SendAsync(ChangeKind kind, FooKey key, int replicas, CancellationToken cancellationToken) => kind switch
    {
        ChangeKind.Create => await cluster.CreateFooAsync(key, replicas, cancellationToken),
        ChangeKind.Scale => await cluster.ScaleFooAsync(key, replicas, cancellationToken),
        ChangeKind.Drift => await cluster.EditDeploymentAsync(key, replicas, cancellationToken),
        ChangeKind.Lose => await cluster.DeleteDeploymentAsync(key, cancellationToken),
        _ => await cluster.DeleteFooAsync(key, cancellationToken),
    };
}
