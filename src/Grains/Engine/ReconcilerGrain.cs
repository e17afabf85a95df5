using System.Diagnostics;
using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Metrics;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;
using OrleansOperator.Observability;

namespace OrleansOperator.Grains.Engine;

/// <summary>
/// A grain that reconciles one object. Observations are stored as they come; one task at a time does the work, so that
/// whatever arrives meanwhile becomes one more run.
/// </summary>
/// <remarks>
/// The task runs on the grain's scheduler, single-threaded like everything in a grain, but it is no request that the runtime
/// waits for: neither waiting for the silo's limit nor for the API server keeps the grain from observing, moving or leaving.
/// Leaving cancels it.
/// </remarks>
/// <typeparam name="TKnowledge">What it knows.</typeparam>
public abstract partial class ReconcilerGrain<TKnowledge> : Grain, IReconcilerGrain, IReconcilerView, IDisposable
    where TKnowledge : class, IKnowledge
{
    /// <summary>How many failures in a row are not worth a line.</summary>
    private const int EverydayFailures = 3;

    /// <summary>A timer can wait for 49 days at most. Whoever is to be left alone for longer than this is looked at before.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>What timers can tell apart.</summary>
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    private readonly ReconcilerServices _services;
    private readonly CancellationTokenSource _leaving = new();
    private IGrainTimer? _timer;
    private Task _run = Task.CompletedTask;
    private ReconcileGate.Place? _place;
    private ControllerLoad.Waiting _waiting;
    private bool _news;
    private ActivityContext _trace;
    private bool _fresh;
    private bool _held;
    private long _heldSince;
    private TimeSpan _heldFor;
    private long _newsSince;
    private int _failures;
    private bool _stalled;
    private ReconcileStatus _status = ReconcileStatus.None;
    private IReadOnlyList<KnownObject> _objects = [];

    /// <summary>Makes a grain that knows nothing yet.</summary>
    protected ReconcilerGrain(ReconcilerServices services, TKnowledge knowledge)
    {
        ArgumentNullException.ThrowIfNull(services);
        (_services, Knowledge) = (services, knowledge);
    }

    /// <summary>The run under way, waiting for its turn included; completed when there is none.</summary>
    protected Task Run => _run;

    /// <summary>What is known.</summary>
    protected TKnowledge Knowledge { get; }

    /// <summary>The clock.</summary>
    protected TimeProvider Clock => _services.Clock;

    /// <summary>The settings.</summary>
    protected ReconcilerOptions Options => _services.Options.Value;

    /// <summary>The log.</summary>
    protected ILogger Logger => _services.Logger;

    /// <summary>Name of the controller, in metrics and logs.</summary>
    protected abstract string Controller { get; }

    string IReconcilerView.Controller => Controller;

    ResourceSnapshot? IReconcilerView.Snapshot => Knowledge.Snapshot;

    IReadOnlyList<KnownObject> IReconcilerView.Objects => Volatile.Read(ref _objects);

    ReconcileStatus IReconcilerView.Status => Volatile.Read(ref _status);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _services.Local.Add(GrainContext);
        _services.Metrics.Activated(Controller);
        _timer = this.RegisterGrainTimer(OnTimer, new GrainTimerCreationOptions
        {
            DueTime = Timeout.InfiniteTimeSpan,
            Period = Timeout.InfiniteTimeSpan,
            Interleave = true,
        });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        Left();
        if (reason.Description == LocalReconcilers.HomeElsewhere)
            _services.Metrics.Moved();
        await _leaving.CancelAsync();

        // What is cancelled ends at once; whatever does not is left behind, and its writes are safe when stale.
        await _run.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
    }

    /// <summary>The activation ends, whether or not it was ever complete.</summary>
    public void Dispose()
    {
        Left();
        _leaving.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    public Task Observe(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var news = Knowledge.Observe(observation);
        if (news)
            PublishObjects();
        TakeNews(news, observation.Cause);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Looks whether there is something to do now: null when there is, else what to do about the next time. Called for every
    /// piece of news, outside of the silo's limit: must be cheap and must not wait.
    /// </summary>
    protected abstract ReconcileOutcome? Look();

    /// <summary>Does what is to be done. Runs within this silo's limit.</summary>
    /// <param name="priority">How urgent it is.</param>
    /// <param name="cancellationToken">Cancelled when the grain is to leave.</param>
    /// <exception cref="KubeApiException">A request failed and is to be tried again with back-off.</exception>
    protected abstract Task<ReconcileOutcome> ReconcileAsync(RequestPriority priority, CancellationToken cancellationToken);

    private void TakeNews(bool news, ObservationCause cause)
    {
        if (news)
        {
            if (!_news)
                _newsSince = Clock.GetTimestamp();
            _news = true;
            _fresh |= cause == ObservationCause.Change;
            if (Tracing.IsOn)
                _trace = TraceParent.Received;
            _services.Metrics.Added(Controller);
            if (!_held)
                Wake();
        }
        else if (Knowledge.IsEmpty)
        {
            DeactivateOnIdle();
        }
    }

    private void PublishObjects() => Volatile.Write(ref _objects, Knowledge.Objects);

    private void Arm(TimeSpan due) => _timer?.Change(due < LongestWait ? due : LongestWait, Timeout.InfiniteTimeSpan);

    private Task OnTimer(CancellationToken cancellationToken)
    {
        // A timer may fire some milliseconds early, and a server that asks to wait is not asked before.
        if (_held && _heldFor - Clock.GetElapsedTime(_heldSince) is var rest && rest > TimeSpan.Zero)
        {
            Arm(rest > ShortestWait ? rest : ShortestWait);
            return Task.CompletedTask;
        }

        _held = false;
        if (_stalled && !_news)
            Knowledge.Resync();
        Wake();
        return Task.CompletedTask;
    }

    /// <summary>Starts a run, or lets the one that waits move up.</summary>
    private void Wake()
    {
        if (_leaving.IsCancellationRequested)
            return;
        if (_run.IsCompleted)
        {
            _run = RunAsync(_leaving.Token);
        }
        else if (_fresh && _place is { Priority: RequestPriority.Backlog } place)
        {
            place.Raise();
            _waiting.Dispose();
            _waiting = _services.Metrics.Waits(Controller, RequestPriority.Fresh);
        }
    }

    private async Task RunAsync(CancellationToken leaving)
    {
        try
        {
            // Whoever brings the news is not held up.
            await Task.Yield();
            while (await CheckAsync(leaving) == TimeSpan.Zero)
            {
                // Something new came meanwhile.
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // Another activation reconciles the object from the start.
        }
        catch (Exception e)
        {
            Crashed(e, out _);
            Arm(Options.BackoffMax);
        }
    }

    /// <summary>Compares the object with what it should be, and reconciles it if there is something to do.</summary>
    /// <returns>When to look again; null when something has to change first.</returns>
    private async Task<TimeSpan?> CheckAsync(CancellationToken leaving)
    {
        var started = Clock.GetTimestamp();
        if (LookSafely(out var problem) is { } idle)
        {
            _services.Metrics.Looked(Controller, idle, started, NewsSince());
            (_news, _fresh, _trace) = (false, _fresh && idle.Kind == OutcomeKind.Failed, default);
            var next = Schedule(idle);
            _status = _status with { Checked = Now(), Outcome = idle.Kind, Due = Due(next), Failures = _failures, Problem = problem };
            return next;
        }

        using var place = await EnterAsync(leaving);

        // Whatever came while it waited is part of this run.
        var priority = place.Priority;
        using var work = _services.Metrics.Starts(Controller, NewsSince());
        (_news, _fresh) = (false, false);
        started = Clock.GetTimestamp();
        _status = _status.Running(Now());
        var scope = new ReconcileScope(Controller, ObjectKey.Parse(this.GetPrimaryKeyString()), Knowledge.Snapshot?.Generation ?? 0);
        using var logScope = Logger.BeginScope(scope);
        using var span = Tracing.IsOn ? scope.StartSpan(_trace) : null;
        _trace = default;
        var run = ReconcileRun.Begin(Controller, this.GetPrimaryKeyString(), Clock.GetUtcNow());
        ReconcileOutcome outcome;
        try
        {
            outcome = await ReconcileAsync(priority, leaving);
        }
        catch (KubeApiException e)
        {
            outcome = ReconcileOutcome.Failed(e.RetryAfter ?? TimeSpan.Zero);
            problem = AccessDiagnosis.Describe(e) ?? e.Message;
            span.Fail(problem);
            LogFailure(e, problem);
        }
        catch (Exception e) when (e is not OperationCanceledException || !leaving.IsCancellationRequested)
        {
            outcome = Crashed(e, out problem);
            span.Fail(problem);
        }
        finally
        {
            PublishObjects();
        }

        // A retry is as urgent as what it retries.
        _fresh |= outcome.Kind == OutcomeKind.Failed && priority == RequestPriority.Fresh;
        var took = Clock.GetElapsedTime(started);
        span?.SetTag("result", ReconcilerMetrics.Result(outcome));
        if (Logger.IsEnabled(LogLevel.Debug))
            Log.Ended(Logger, Controller, this.GetPrimaryKeyString(), ReconcilerMetrics.Result(outcome), took.TotalMilliseconds);
        _services.Metrics.Ended(Controller, outcome, took);
        var wait = Schedule(outcome);
        problem = problem is null ? null : ReconcileRun.Shorten(problem);
        _status = _status with { Checked = Now(), Took = took, Outcome = outcome.Kind, Due = Due(wait), Failures = _failures, Problem = problem };
        if (run.End(outcome, took, wait is null ? null : Due(wait), problem) is { } record)
            _services.Journal.Add(record);
        return wait;
    }

    /// <summary>Waits for this grain's turn.</summary>
    private async Task<ReconcileGate.Place> EnterAsync(CancellationToken leaving)
    {
        var priority = _fresh ? RequestPriority.Fresh : RequestPriority.Backlog;
        var place = _place = _services.Gate.Enter(priority);
        _waiting = _services.Metrics.Waits(Controller, priority);
        try
        {
            await place.Admitted.WaitAsync(leaving);
            return place;
        }
        catch
        {
            place.Dispose();
            throw;
        }
        finally
        {
            _waiting.Dispose();
            _place = null;
        }
    }

    private long? NewsSince() => _news ? _newsSince : null;

    private void Left()
    {
        if (_services.Local.Remove(GrainContext))
            _services.Metrics.Deactivated(Controller);
    }

    private DateTime Due(TimeSpan? wait) => wait is { } time ? Now() + time : default;

    private DateTime Now() => Clock.GetUtcNow().UtcDateTime;

    private ReconcileOutcome? LookSafely(out string? problem)
    {
        try
        {
            problem = null;
            return Look();
        }
        catch (Exception e)
        {
            return Crashed(e, out problem);
        }
    }

    /// <summary>A bug in one object's reconcile must neither stop that object nor go unseen.</summary>
    private ReconcileOutcome Crashed(Exception e, out string problem)
    {
        problem = ReconcileRun.Shorten($"unexpected error: {e.GetType().Name}: {e.Message}");
        _services.Metrics.Panicked(Controller);
        Log.Crashed(Logger, e, Controller, this.GetPrimaryKeyString());
        _services.Failures.Report(
            LogLevel.Error, $"Reconciling {Controller} met an unexpected error and is retried", ProblemText.CauseOf(e), problem, this.GetPrimaryKeyString(), e);
        return ReconcileOutcome.Failed();
    }

    /// <summary>Arms the next attempt.</summary>
    /// <returns>When it is due, zero for at once; null when the object waits for a change.</returns>
    private TimeSpan? Schedule(ReconcileOutcome outcome)
    {
        _stalled = outcome.Kind == OutcomeKind.Stalled;
        _failures = outcome.Kind == OutcomeKind.Failed ? _failures + 1 : 0;

        // A server that asks to wait gets its wait, whatever comes.
        _held = outcome.Kind == OutcomeKind.Failed && outcome.After > TimeSpan.Zero;
        (_heldSince, _heldFor) = (Clock.GetTimestamp(), outcome.After);
        TimeSpan? wait = outcome.Kind switch
        {
            // What came in meanwhile may already be what the failed run lacked.
            _ when _news && !_held => TimeSpan.Zero,
            OutcomeKind.Failed when Backoff.After(_failures, Options.BackoffBase, Options.BackoffMax) is var backoff =>
                backoff > outcome.After ? backoff : outcome.After,
            OutcomeKind.Later => outcome.After,

            // What was given up is tried again now and then; not all at once.
            OutcomeKind.Stalled when !Knowledge.IsEmpty => Options.ResyncPeriod * (0.9 + (0.2 * Random.Shared.NextDouble())),
            _ => null,
        };
        if (wait != TimeSpan.Zero)
            Arm(wait ?? Timeout.InfiniteTimeSpan);
        if (wait is null && Knowledge.IsEmpty)
            DeactivateOnIdle();
        return wait;
    }

    private void LogFailure(KubeApiException e, string problem)
    {
        Log.Failed(Logger, Controller, this.GetPrimaryKeyString(), _failures + 1, problem);

        // The first failures of an object are everyday conflicts.
        if (_failures < EverydayFailures)
            return;
        var detail = e.Code is null || AccessDiagnosis.Describe(e) is not null ? problem : $"{e.Cause}: {problem}";
        _services.Failures.Report(LogLevel.Warning, $"Reconciling {Controller} keeps failing and is retried", e.Cause, detail, this.GetPrimaryKeyString());
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Reconciled {Controller} {Key} in {Milliseconds:0.0} ms: {Result}", SkipEnabledCheck = true)]
        public static partial void Ended(ILogger logger, string controller, string key, string result, double milliseconds);

        [LoggerMessage(LogLevel.Debug, "Reconciling {Controller} {Key} failed for the {Times}. time in a row and is retried: {Problem}")]
        public static partial void Failed(ILogger logger, string controller, string key, int times, string problem);

        [LoggerMessage(LogLevel.Debug, "Reconciling {Controller} {Key} met an unexpected error and is retried")]
        public static partial void Crashed(ILogger logger, Exception e, string controller, string key);
    }
}
