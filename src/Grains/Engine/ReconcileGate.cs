using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine;

/// <summary>
/// How many reconciles run at once on this silo, and who goes first: what changed just now before a start-up's backlog, but
/// every fourth turn is the backlog's, so that it is never starved.
/// </summary>
public sealed class ReconcileGate
{
    private const int FreshTurns = 3;

    private readonly Lock _lock = new();
    private readonly Queue<TaskCompletionSource> _fresh = new();
    private readonly Queue<TaskCompletionSource> _backlog = new();
    private int _free;
    private int _turn;

    /// <summary>A gate that lets so many in at once.</summary>
    public ReconcileGate(int limit)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        (Limit, _free) = (limit, limit);
    }

    /// <summary>How many may be in at once.</summary>
    public int Limit { get; }

    /// <summary>How many are in.</summary>
    public int Active
    {
        get
        {
            lock (_lock)
                return Limit - _free;
        }
    }

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
                return _fresh.Count + _backlog.Count;
        }
    }

    /// <summary>Waits to be let in. Each entry needs one <see cref="Leave"/>.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public async Task EnterAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        TaskCompletionSource place;
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return;
            }

            place = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            (priority == RequestPriority.Fresh ? _fresh : _backlog).Enqueue(place);
        }

        // Whoever gives up keeps its place in the queue and is passed over when its turn comes.
        await using var registration = cancellationToken.Register(static (place, token) => ((TaskCompletionSource)place!).TrySetCanceled(token), place);
        await place.Task;
    }

    /// <summary>Lets the next one in.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            while (Next() is { } place)
            {
                if (place.TrySetResult())
                    return;
            }

            _free++;
        }
    }

    private TaskCompletionSource? Next()
    {
        // Only turns that the backlog has waited for count.
        var backlogFirst = _turn >= FreshTurns;
        _turn = backlogFirst || _backlog.Count == 0 ? 0 : _turn + 1;
        var (first, second) = backlogFirst ? (_backlog, _fresh) : (_fresh, _backlog);
        return first.TryDequeue(out var place) || second.TryDequeue(out place) ? place : null;
    }
}
