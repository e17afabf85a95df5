using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine.Metrics;

/// <summary>What a controller has on its hands on this silo: its grains, what waits and what runs.</summary>
internal sealed class ControllerLoad(string name)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, long> _running = [];
    private readonly int[] _waiting = new int[2];
    private long _lastId;
    private int _grains;

    public string Name => name;

    /// <summary>The label of controller-runtime's own metrics.</summary>
    public KeyValuePair<string, object?>[] Tags { get; } = [new("controller", name)];

    /// <summary>The labels of the work queue's metrics; controller-runtime names the queue after its controller.</summary>
    public KeyValuePair<string, object?>[] QueueTags { get; } = [new("controller", name), new("name", name)];

    public int Grains => Volatile.Read(ref _grains);

    public int Running
    {
        get
        {
            lock (_lock)
                return _running.Count;
        }
    }

    /// <summary>controller-runtime's number for a priority: its low priority is -100.</summary>
    public static string PriorityLabel(RequestPriority priority) => priority == RequestPriority.Fresh ? "0" : "-100";

    public void AddGrain() => Interlocked.Increment(ref _grains);

    public void RemoveGrain() => Interlocked.Decrement(ref _grains);

    public int Depth(RequestPriority priority) => Volatile.Read(ref _waiting[(int)priority]);

    /// <summary>How long all that runs has been running, in seconds.</summary>
    public double Unfinished(TimeProvider clock)
    {
        lock (_lock)
            return _running.Values.Sum(started => clock.GetElapsedTime(started).TotalSeconds);
    }

    /// <summary>How long what runs longest has been running, in seconds; 0 when nothing runs.</summary>
    public double Longest(TimeProvider clock)
    {
        lock (_lock)
            return _running.Count == 0 ? 0 : clock.GetElapsedTime(_running.Values.Min()).TotalSeconds;
    }

    public Waiting Wait(RequestPriority priority)
    {
        Interlocked.Increment(ref _waiting[(int)priority]);
        return new Waiting(this, priority);
    }

    public Work Begin(long timestamp)
    {
        lock (_lock)
        {
            _running[++_lastId] = timestamp;
            return new Work(this, _lastId);
        }
    }

    /// <summary>A reconcile that waits for its turn.</summary>
    internal readonly struct Waiting(ControllerLoad load, RequestPriority priority) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref load._waiting[(int)priority]);
    }

    /// <summary>A reconcile in progress.</summary>
    internal readonly struct Work(ControllerLoad load, long id) : IDisposable
    {
        public void Dispose()
        {
            lock (load._lock)
                load._running.Remove(id);
        }
    }
}
