namespace OrleansOperator.Grains.Tests.Engine.Simulation;

/// <summary>Runs continuations one by one on the thread of the test, so that a history is the same each time.</summary>
internal sealed class Pump : SynchronizationContext
{
    private readonly Queue<(SendOrPostCallback Callback, object? State)> _posted = new();

    /// <summary>Runs something to its end on a pump of its own.</summary>
    public static void Run(Func<Pump, Task> what)
    {
        var before = Current;
        var pump = new Pump();
        SetSynchronizationContext(pump);
        try
        {
            var task = what(pump);
            pump.Drain();
            Assert.True(task.IsCompleted, "the history waits for something that does not happen");
            task.GetAwaiter().GetResult();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state) => _posted.Enqueue((d, state));

    /// <summary>Runs what was posted, and what is posted by that.</summary>
    public void Drain()
    {
        while (_posted.TryDequeue(out var next))
            next.Callback(next.State);
    }
}
