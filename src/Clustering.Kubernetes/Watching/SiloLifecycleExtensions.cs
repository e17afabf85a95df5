namespace OrleansOperator.Clustering.Kubernetes.Watching;

/// <summary>Work that goes on for as long as a silo runs.</summary>
internal static class SiloLifecycleExtensions
{
    /// <summary>Runs something from a stage of the silo's start until the silo stops.</summary>
    public static void RunFrom(this ISiloLifecycle lifecycle, int stage, string name, Func<CancellationToken, Task> run)
    {
        CancellationTokenSource? stop = null;
        var running = Task.CompletedTask;
        lifecycle.Subscribe(name, stage, Start, Stop);

        Task Start(CancellationToken cancellationToken)
        {
            stop = new CancellationTokenSource();
            var token = stop.Token;
            running = Task.Run(() => run(token), CancellationToken.None);
            return Task.CompletedTask;
        }

        async Task Stop(CancellationToken cancellationToken)
        {
            if (stop is null)
                return;

            await stop.CancelAsync();
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stop.Dispose();
        }
    }
}
