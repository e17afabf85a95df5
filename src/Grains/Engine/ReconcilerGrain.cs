using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Engine;

/// <summary>
/// A grain that reconciles one object. Observations are stored as they come; a grain timer, whose callback does not
/// interleave, does the work, so that there is one reconcile at a time and whatever arrives meanwhile becomes one more.
/// </summary>
/// <typeparam name="TKnowledge">What it knows; serializable by Orleans, because it moves with the grain.</typeparam>
public abstract partial class ReconcilerGrain<TKnowledge> : Grain, IReconciler, IGrainMigrationParticipant
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

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _services.Local.Add(GrainContext);
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
        _services.Local.Remove(GrainContext);
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
        var (fresh, waited) = (_fresh, _news);
        (_news, _fresh) = (false, false);
        if (LookSafely() is { } idle)
        {
            Schedule(idle);
            return;
        }

        var priority = fresh ? RequestPriority.Fresh : RequestPriority.Backlog;
        await _services.Gate.EnterAsync(priority, cancellationToken);
        var started = Clock.GetTimestamp();
        ReconcileOutcome outcome;
        try
        {
            if (waited)
                _services.Metrics.Started(Controller, Clock.GetElapsedTime(_newsSince));
            outcome = await ReconcileAsync(priority, cancellationToken);
        }
        catch (KubeApiException e)
        {
            outcome = ReconcileOutcome.Failed(e.RetryAfter ?? TimeSpan.Zero);
            LogFailure(e);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            outcome = Crashed(e);
        }
        finally
        {
            _services.Gate.Leave();
        }

        _services.Metrics.Ended(Controller, outcome, Clock.GetElapsedTime(started));
        Schedule(outcome);
    }

    private ReconcileOutcome? LookSafely()
    {
        try
        {
            return Look();
        }
        catch (Exception e)
        {
            return Crashed(e);
        }
    }

    /// <summary>A bug in one object's reconcile must neither stop that object nor go unseen.</summary>
    private ReconcileOutcome Crashed(Exception e)
    {
        Log.Crashed(Logger, e, Controller, this.GetPrimaryKeyString());
        return ReconcileOutcome.Failed();
    }

    private void Schedule(ReconcileOutcome outcome)
    {
        _stalled = outcome.Kind is OutcomeKind.Stalled or OutcomeKind.Later;
        _failures = outcome.Kind == OutcomeKind.Failed ? _failures + 1 : 0;
        if (_news && (outcome.Kind != OutcomeKind.Failed || outcome.After == TimeSpan.Zero))
        {
            // What came in meanwhile may already be what the failed run lacked. A server that asks to wait gets its wait.
            Arm(TimeSpan.Zero);
            return;
        }

        switch (outcome.Kind)
        {
            case OutcomeKind.Failed:
                var wait = Backoff.After(_failures, Options.BackoffBase, Options.BackoffMax);
                Arm(wait > outcome.After ? wait : outcome.After);
                break;
            case OutcomeKind.Later:
                Arm(outcome.After);
                break;
            default:
                LeaveIfEmpty();
                break;
        }
    }

    private void LeaveIfEmpty()
    {
        if (Knowledge.IsEmpty)
            DeactivateOnIdle();
    }

    private void LogFailure(KubeApiException e)
    {
        // The first failures of an object are everyday conflicts; what lasts is worth a line, and again when it has lasted twice as long.
        if (_failures >= 3 && (_failures & (_failures - 1)) == 0)
            Log.StillFailing(Logger, Controller, this.GetPrimaryKeyString(), _failures + 1, AccessDiagnosis.Describe(e) ?? e.Message);
        else
            Log.Failed(Logger, Controller, this.GetPrimaryKeyString(), AccessDiagnosis.Describe(e) ?? e.Message);
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
