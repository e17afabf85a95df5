using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine;

/// <summary>
/// A grain that reconciles one object. Observations are stored as they come; a grain timer, whose callback does not
/// interleave, does the work, so that there is one reconcile at a time and whatever arrives meanwhile becomes one more.
/// </summary>
/// <typeparam name="TKnowledge">What it knows; serializable by Orleans, because it moves with the grain.</typeparam>
public abstract partial class ReconcilerGrain<TKnowledge> : Grain, IReconciler, IReconcilerView, IGrainMigrationParticipant
    where TKnowledge : class, IKnowledge, new()
{
    private const string KnowledgeKey = "knowledge";
    private const string FailuresKey = "failures";

    private readonly ReconcilerServices _services;
    private IGrainTimer? _timer;
    private bool _news;
    private bool _fresh;
    private long _newsSince;
    private int _failures;
    private bool _stalled;
    private ReconcileStatus _status = ReconcileStatus.None;

    /// <summary>Makes a grain.</summary>
    protected ReconcilerGrain(ReconcilerServices services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _services = services;
    }

    /// <summary>What is known.</summary>
    protected TKnowledge Knowledge { get; private set; } = new();

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

    ReconcileStatus IReconcilerView.Status => Volatile.Read(ref _status);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _services.Local.Add(GrainContext);
        _services.Metrics.Activated(Controller);
        _timer = this.RegisterGrainTimer(RunAsync, new GrainTimerCreationOptions
        {
            DueTime = Timeout.InfiniteTimeSpan,
            Period = Timeout.InfiniteTimeSpan,
            Interleave = false,
        });

        // A grain that moved may have left work behind half done: looking costs nothing.
        if (!Knowledge.IsEmpty)
            Arm(TimeSpan.Zero);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (_services.Local.Remove(GrainContext))
            _services.Metrics.Deactivated(Controller);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task Observe(Observation observation)
    {
        ArgumentNullException.ThrowIfNull(observation);
        var news = Knowledge.Observe(observation);
        if (observation.Cause == ObservationCause.Resync && _stalled)
        {
            Knowledge.Resync();
            news = true;
        }

        TakeNews(news, observation.Cause);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task ObserveList(ListObservation list)
    {
        ArgumentNullException.ThrowIfNull(list);
        TakeNews(Knowledge.Observe(list), ObservationCause.Backlog);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void OnDehydrate(IDehydrationContext dehydrationContext)
    {
        ArgumentNullException.ThrowIfNull(dehydrationContext);
        dehydrationContext.TryAddValue(KnowledgeKey, Knowledge);
        dehydrationContext.TryAddValue(FailuresKey, _failures);
    }

    /// <inheritdoc/>
    public void OnRehydrate(IRehydrationContext rehydrationContext)
    {
        ArgumentNullException.ThrowIfNull(rehydrationContext);
        if (rehydrationContext.TryGetValue<TKnowledge>(KnowledgeKey, out var knowledge) && knowledge is not null)
            Knowledge = knowledge;
        if (rehydrationContext.TryGetValue<int>(FailuresKey, out var failures))
            _failures = failures;
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
            _services.Metrics.Added(Controller);
            Arm(TimeSpan.Zero);
        }
        else if (Knowledge.IsEmpty)
        {
            DeactivateOnIdle();
        }
    }

    private void Arm(TimeSpan due) => _timer?.Change(due, Timeout.InfiniteTimeSpan);

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        var fresh = _fresh;
        long? newsSince = _news ? _newsSince : null;
        (_news, _fresh) = (false, false);
        var started = Clock.GetTimestamp();
        if (LookSafely(out var problem) is { } idle)
        {
            _services.Metrics.Looked(Controller, idle, started, newsSince);
            var next = Schedule(idle);
            _status = _status with { Checked = Now(), Outcome = idle.Kind, Due = next, Failures = _failures, Problem = problem };
            return;
        }

        var priority = fresh ? RequestPriority.Fresh : RequestPriority.Backlog;
        using (_services.Metrics.Waits(Controller, priority))
            await _services.Gate.EnterAsync(priority, cancellationToken);
        started = Clock.GetTimestamp();
        using var work = _services.Metrics.Starts(Controller, newsSince);
        _status = _status.Running(Now());
        var run = ReconcileRun.Begin(Controller, this.GetPrimaryKeyString(), Clock.GetUtcNow());
        ReconcileOutcome outcome;
        try
        {
            outcome = await ReconcileAsync(priority, cancellationToken);
        }
        catch (KubeApiException e)
        {
            outcome = ReconcileOutcome.Failed(e.RetryAfter ?? TimeSpan.Zero);
            problem = AccessDiagnosis.Describe(e) ?? e.Message;
            LogFailure(problem);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            outcome = Crashed(e, out problem);
        }
        finally
        {
            _services.Gate.Leave();
        }

        var took = Clock.GetElapsedTime(started);
        _services.Metrics.Ended(Controller, outcome, took);
        var due = Schedule(outcome);
        problem = problem is null ? null : ReconcileRun.Shorten(problem);
        _status = _status with { Checked = Now(), Took = took, Outcome = outcome.Kind, Due = due, Failures = _failures, Problem = problem };
        if (run.End(outcome, took, due == default ? null : due, problem) is { } record)
            _services.Journal.Add(record);
    }

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
        return ReconcileOutcome.Failed();
    }

    /// <summary>Arms the next attempt.</summary>
    /// <returns>When it is due; default when the object waits for a change.</returns>
    private DateTime Schedule(ReconcileOutcome outcome)
    {
        _stalled = outcome.Kind is OutcomeKind.Stalled or OutcomeKind.Later;
        _failures = outcome.Kind == OutcomeKind.Failed ? _failures + 1 : 0;
        TimeSpan wait;
        if (_news && (outcome.Kind != OutcomeKind.Failed || outcome.After == TimeSpan.Zero))
        {
            // What came in meanwhile may already be what the failed run lacked. A server that asks to wait gets its wait.
            wait = TimeSpan.Zero;
        }
        else if (outcome.Kind == OutcomeKind.Failed)
        {
            var backoff = Backoff.After(_failures, Options.BackoffBase, Options.BackoffMax);
            wait = backoff > outcome.After ? backoff : outcome.After;
        }
        else if (outcome.Kind == OutcomeKind.Later)
        {
            wait = outcome.After;
        }
        else
        {
            LeaveIfEmpty();
            return default;
        }

        Arm(wait);
        return Now() + wait;
    }

    private void LeaveIfEmpty()
    {
        if (Knowledge.IsEmpty)
            DeactivateOnIdle();
    }

    private void LogFailure(string problem)
    {
        // The first failures of an object are everyday conflicts; what lasts is worth a line, and again when it has lasted twice as long.
        if (_failures >= 3 && (_failures & (_failures - 1)) == 0)
            Log.StillFailing(Logger, Controller, this.GetPrimaryKeyString(), _failures + 1, problem);
        else
            Log.Failed(Logger, Controller, this.GetPrimaryKeyString(), problem);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "Reconciling {Controller} {Key} failed and is tried again: {Problem}")]
        public static partial void Failed(ILogger logger, string controller, string key, string problem);

        [LoggerMessage(LogLevel.Error, "Reconciling {Controller} {Key} met an unexpected error and is tried again")]
        public static partial void Crashed(ILogger logger, Exception e, string controller, string key);

        [LoggerMessage(LogLevel.Warning, "Reconciling {Controller} {Key} has failed {Times} times in a row and is tried again: {Problem}")]
        public static partial void StillFailing(ILogger logger, string controller, string key, int times, string problem);
    }
}
