using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansOperator.Grains.Engine;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Tests.Engine.Probes;

/// <summary>The runs of one test's probe grains, one by one.</summary>
public sealed class ProbeRuns
{
    private readonly Channel<Run> _runs = Channel.CreateUnbounded<Run>();
    private readonly ConcurrentBag<Run> _all = [];
    private Exception? _lookFails;
    private bool _over;

    public TaskCompletionSource Deactivated { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether there is a run that the test has not taken.</summary>
    public bool Any => _runs.Reader.TryPeek(out _);

    /// <summary>Makes the next look fail.</summary>
    public void FailLook(Exception e) => _lookFails = e;

    /// <summary>Makes the grains of this test leave while they activate.</summary>
    public void RefuseActivation() => RefusesActivation = true;

    public bool RefusesActivation { get; private set; }

    /// <summary>Ends one of the runs under way.</summary>
    public void EndOne() => _all.First(run => !run.Outcome.Task.IsCompleted).End(ReconcileOutcome.Done);

    public void Looked()
    {
        if (Interlocked.Exchange(ref _lookFails, null) is { } e)
            throw e;
    }

    public async Task<ReconcileOutcome> EnterAsync(string grain, long version, RequestPriority priority, CancellationToken cancellationToken)
    {
        if (_over)
            return ReconcileOutcome.Done;
        var run = new Run(grain, version, priority);
        _all.Add(run);
        await _runs.Writer.WriteAsync(run, cancellationToken);
        return await run.Outcome.Task.WaitAsync(cancellationToken);
    }

    /// <summary>The next run.</summary>
    public async Task<Run> NextAsync() =>
        await _runs.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    /// <summary>Ends whatever runs.</summary>
    public void EndAll()
    {
        _over = true;
        foreach (var run in _all)
            run.Outcome.TrySetResult(ReconcileOutcome.Done);
    }

    /// <summary>One run of a reconcile.</summary>
    public sealed record Run(string Grain, long Version, RequestPriority Priority)
    {
        public TaskCompletionSource<ReconcileOutcome> Outcome { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End(ReconcileOutcome outcome) => Outcome.SetResult(outcome);

        public void Throw(Exception e) => Outcome.SetException(e);
    }
}
