using Microsoft.Extensions.Logging;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>
/// Ends this silo when its membership table was deleted or replaced. A silo that went on with its own view beside a new table would work
/// on the objects of those that joined the new one, and declare them dead.
/// </summary>
internal sealed partial class TableContinuity(ClusterIdentity cluster, ILogger<TableContinuity> logger, IFatalErrorHandler? fatal = null)
    : ILifecycleParticipant<ISiloLifecycle>
{
    private readonly Lock _lock = new();
    private TableIncarnation? _known;
    private bool _bound;
    private bool _left;

    /// <summary>The newest table seen; take it before a read, and give it to <see cref="Judge"/> with what was read.</summary>
    public TableIncarnation? Known
    {
        get
        {
            lock (_lock)
                return _known;
        }
    }

    /// <summary>Whether this silo goes by the table, and is not leaving.</summary>
    public bool IsBound
    {
        get
        {
            lock (_lock)
                return _bound && !_left;
        }
    }

    /// <summary>
    /// Orleans has read the table: it takes no lower version from now on, so that no other table will do, even before this silo has a row.
    /// </summary>
    public void Bind()
    {
        lock (_lock)
            _bound = true;
    }

    /// <summary>This silo leaves: what becomes of the table is the others' business.</summary>
    public void Left()
    {
        lock (_lock)
            _left = true;
    }

    /// <summary>Whether this silo leaves.</summary>
    public bool HasLeft
    {
        get
        {
            lock (_lock)
                return _left;
        }
    }

    // What starts last stops first.
    void ILifecycleParticipant<ISiloLifecycle>.Participate(ISiloLifecycle observer) => observer.Subscribe(
        nameof(TableContinuity), ServiceLifecycleStage.Last, static _ => Task.CompletedTask, _ =>
        {
            Left();
            return Task.CompletedTask;
        });

    /// <summary>Takes in a consistent read, or a write that succeeded.</summary>
    /// <exception cref="OrleansException">It is not the table that this silo goes by: the silo ends.</exception>
    public void Judge(TableIncarnation? knownBefore, TableIncarnation read)
    {
        string? problem = null;
        lock (_lock)
        {
            if (IsBoundNow && knownBefore is { } known)
                problem = TableIncarnation.Contradiction(known, read);
            if (problem is null && (_known is not { } newest || newest.Uid != read.Uid || newest.Version < read.Version || !_bound))
                _known = read;
        }

        if (problem is not null)
            End(problem);
    }

    /// <summary>The object was looked for again and again, and does not exist.</summary>
    /// <exception cref="OrleansException">This silo goes by it: the silo ends.</exception>
    public void Gone()
    {
        if (IsBound)
            End("it was deleted");
    }

    private bool IsBoundNow => _bound && !_left;

    private void End(string problem)
    {
        var message = $"The membership table {KubernetesTypes.Clusters.Kind} {cluster.Namespace}/{cluster.Name} is not the one this silo knows: {problem}. "
            + "The silo exits, and joins the new table when it is restarted.";
        Log.Ends(logger, message);
        fatal?.OnFatalException(this, message, null);
        throw new OrleansException(message);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Critical, "{Message}")]
        public static partial void Ends(ILogger logger, string message);
    }
}
