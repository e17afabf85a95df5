namespace OrleansOperator.KubeApi.Limits;

/// <summary>
/// What one silo may ask of the API server: so many requests at once and, if wanted, so many a second. When requests wait,
/// fresh ones go first; yet every eighth permit goes to the backlog, so that it cannot wait for ever.
/// </summary>
internal sealed class RequestLimiter : IDisposable
{
    private const int FreshInARow = 7;

    private readonly Lock _lock = new();
    private readonly Queue<Waiter> _fresh = new();
    private readonly Queue<Waiter> _backlog = new();
    private readonly TimeProvider _time;
    private readonly ITimer? _timer;
    private readonly int _maxConcurrent;
    private TokenBucket _bucket;
    private bool _timerSet;
    private int _running;
    private int _freshInARow;

    /// <param name="maxConcurrent">Permits at once.</param>
    /// <param name="perSecond">Permits a second; null is no limit.</param>
    /// <param name="burst">Permits at once beyond that rate.</param>
    /// <param name="time">The clock.</param>
    public RequestLimiter(int maxConcurrent, double? perSecond, int burst, TimeProvider time)
    {
        _maxConcurrent = maxConcurrent;
        _time = time;
        if (perSecond is not { } rate)
            return;

        _bucket = new TokenBucket(rate, burst, time.GetUtcNow());
        _timer = time.CreateTimer(static state => ((RequestLimiter)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Waits for a permit; each is given back with <see cref="Release"/>.</summary>
    public ValueTask AcquireAsync(RequestPriority priority, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            if (_fresh.Count == 0 && _backlog.Count == 0 && TryTake())
                return ValueTask.CompletedTask;

            waiter = new Waiter();
            (priority == RequestPriority.Fresh ? _fresh : _backlog).Enqueue(waiter);
            Grant();
        }

        return new ValueTask(WaitAsync(waiter, cancellationToken));
    }

    public void Release()
    {
        lock (_lock)
        {
            _running--;
            Grant();
        }
    }

    public void Dispose() => _timer?.Dispose();

    private static async Task WaitAsync(Waiter waiter, CancellationToken cancellationToken)
    {
        // A waiter that was cancelled stays in its queue, and is passed over when its turn comes.
        using var registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((Waiter)state!).TrySetCanceled(token), waiter);
        await waiter.Task;
    }

    private bool TryTake()
    {
        if (_running >= _maxConcurrent)
            return false;

        if (_timer is not null && !_bucket.TryTake(_time.GetUtcNow()))
            return false;

        _running++;
        return true;
    }

    private void Grant()
    {
        while (NextQueue() is { } queue)
        {
            if (queue.Peek().Task.IsCompleted)
            {
                queue.Dequeue();
                continue;
            }

            if (!TryTake())
            {
                SetTimer();
                return;
            }

            if (!queue.Dequeue().TrySetResult())
            {
                // Cancelled just now: its permit goes to the next. Its token is spent, which only slows down.
                _running--;
                continue;
            }

            _freshInARow = queue == _fresh && _backlog.Count > 0 ? _freshInARow + 1 : 0;
        }
    }

    private Queue<Waiter>? NextQueue()
    {
        if (_backlog.Count > 0 && (_fresh.Count == 0 || _freshInARow >= FreshInARow))
            return _backlog;

        return _fresh.Count > 0 ? _fresh : null;
    }

    private void SetTimer()
    {
        if (_timer is null || _timerSet || _running >= _maxConcurrent)
            return;

        _timerSet = true;
        _timer.Change(_bucket.Wait(_time.GetUtcNow()), Timeout.InfiniteTimeSpan);
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            _timerSet = false;
            Grant();
        }
    }

    // Continuations run elsewhere: they are set off under the lock.
    private sealed class Waiter() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
}
