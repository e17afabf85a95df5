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
    private readonly Queue<Place> _fresh = new();
    private readonly Queue<Place> _backlog = new();
    private int _free;
    private int _waiting;
    private int _turn;

    /// <summary>Creates a gate that lets so many in at once.</summary>
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
                return _waiting;
        }
    }

    /// <summary>Takes a place: in the gate if there is room, else in the queue. It is left by disposing it.</summary>
    public Place Enter(RequestPriority priority)
    {
        lock (_lock)
        {
            if (_free > 0)
            {
                _free--;
                return new Place(this, priority, admitted: true);
            }

            var place = new Place(this, priority, admitted: false);
            _waiting++;
            QueueOf(place).Enqueue(place);
            return place;
        }
    }

    private Queue<Place> QueueOf(Place place) => place.Priority == RequestPriority.Fresh ? _fresh : _backlog;

    private void Raise(Place place)
    {
        lock (_lock)
        {
            if (place.Priority == RequestPriority.Fresh)
                return;
            place.Priority = RequestPriority.Fresh;
            if (place.IsWaiting)
                _fresh.Enqueue(place);
        }
    }

    private void Leave(Place place)
    {
        lock (_lock)
        {
            var (waited, left) = (place.IsWaiting, place.IsLeft);
            place.IsLeft = true;
            if (left)
                return;
            if (waited)
            {
                // Its place in the queue is passed over when its turn comes.
                _waiting--;
                return;
            }

            if (Next() is { } next)
            {
                _waiting--;
                next.Admit();
            }
            else
            {
                _free++;
            }
        }
    }

    private Place? Next()
    {
        DropStale(_fresh, RequestPriority.Fresh);
        DropStale(_backlog, RequestPriority.Backlog);

        // Only turns that the backlog has waited for count.
        var backlogFirst = _turn >= FreshTurns;
        _turn = backlogFirst || _backlog.Count == 0 ? 0 : _turn + 1;
        var (first, second) = backlogFirst ? (_backlog, _fresh) : (_fresh, _backlog);
        return first.TryDequeue(out var place) || second.TryDequeue(out place) ? place : null;
    }

    /// <summary>Those that gave up, or that moved up to the other queue.</summary>
    private static void DropStale(Queue<Place> queue, RequestPriority priority)
    {
        while (queue.TryPeek(out var place) && (!place.IsWaiting || place.Priority != priority))
            queue.Dequeue();
    }

    /// <summary>One reconcile's place in the gate, or in the queue before it. Dispose it to leave, or to give up.</summary>
    public sealed class Place : IDisposable
    {
        private readonly ReconcileGate _gate;
        private readonly TaskCompletionSource? _admitted;

        internal Place(ReconcileGate gate, RequestPriority priority, bool admitted)
        {
            (_gate, Priority) = (gate, priority);

            // Continuations run elsewhere: they are set off under the lock.
            _admitted = admitted ? null : new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        /// <summary>Completes when it is this one's turn.</summary>
        public Task Admitted => _admitted?.Task ?? Task.CompletedTask;

        /// <summary>How urgent it is.</summary>
        public RequestPriority Priority { get; internal set; }

        internal bool IsWaiting => !IsLeft && !Admitted.IsCompleted;

        internal bool IsLeft { get; set; }

        /// <summary>Something changed just now: it moves from the backlog to the end of the urgent ones.</summary>
        public void Raise() => _gate.Raise(this);

        /// <summary>Lets the next one in, or gives up waiting.</summary>
        public void Dispose() => _gate.Leave(this);

        internal void Admit() => _admitted!.SetResult();
    }
}
