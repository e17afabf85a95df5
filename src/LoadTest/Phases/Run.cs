using System.Globalization;
using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Limits;
using OrleansOperator.LoadTest.Objects;
using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Scheduling;
using OrleansOperator.LoadTest.Silos;
using OrleansOperator.LoadTest.Tracking;

namespace OrleansOperator.LoadTest.Phases;

/// <summary>One run: all phases in order, then the search for the limit.</summary>
internal sealed class Run(
    LoadTestOptions options, IReadOnlyList<string> namespaces, ISilos silos, Meter meter, Tracker tracker, Changer changer, Convergence convergence, RunProgress progress,
    TimeProvider clock)
{
    private const int FirstReplicas = 1;
    private const int ScaledReplicas = 3;
    private const int EditedReplicas = 2;
    private const int MostReplicas = 9;

    /// <summary>Seconds of churn after which each of its Foos is changed again.</summary>
    private const int ChurnRound = 5;

    private static readonly TimeSpan s_settled = TimeSpan.FromSeconds(10);

    private readonly List<FooKey> _foos = Keys("load", options.Foos, namespaces);
    private readonly List<FooKey> _churned = options.Churn > 0 ? Keys("churn", Math.Max(10, (int)(options.Churn * ChurnRound)), namespaces) : [];
    private readonly List<ChangeSet> _sets = [];
    private readonly List<PhaseResult> _phases = [];
    private readonly List<PhaseSpan> _spans = [];
    private readonly long _origin = clock.GetTimestamp();

    /// <summary>What was measured so far.</summary>
    public RunResult Result => new() { Phases = [.. _phases], Spans = [.. _spans], ReadyPerSecond = ReadyPerSecond(), Limit = Limit };

    private LimitResult? Limit { get; set; }

    /// <summary>Runs everything. What was measured until it fails or is cancelled is in <see cref="Result"/>.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_churned.Count > 0)
            await WarmUpAsync(cancellationToken);
        foreach (var phase in options.Phases.Where(phase => phase != PhaseKind.Delete))
            await PhaseAsync(phase, cancellationToken);
        if (options.FindLimit)
            await FindLimitAsync(cancellationToken);
        if (options.Phases.Contains(PhaseKind.Delete))
            await PhaseAsync(PhaseKind.Delete, cancellationToken);
    }

    private static List<FooKey> Keys(string prefix, int count, IReadOnlyList<string> namespaces) =>
        [.. Enumerable.Range(0, count).Select(i => new FooKey(namespaces[i % namespaces.Count], string.Create(CultureInfo.InvariantCulture, $"{prefix}-{i:000000}")))];

    /// <summary>The Foos that are changed meanwhile exist before anything is measured.</summary>
    private async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        var set = new ChangeSet("warm-up", _churned.Count);
        progress.Begin(set.Name, set);
        await Pacer.RunAsync(_churned.Count, options.Concurrency, clock, (i, due) => changer.MakeAsync(set, ChangeKind.Create, _churned[i], FirstReplicas, due, cancellationToken), cancellationToken);
        await convergence.WaitAsync(set, cancellationToken);
    }

    private async Task PhaseAsync(PhaseKind phase, CancellationToken cancellationToken)
    {
        var changes = ChangeOf(phase);
        var set = Set(phase.Name(), changes is null ? 0 : _foos.Count);
        progress.Begin(phase.Name(), changes is null ? null : set);
        var before = await meter.ReadAsync(begins: true, cancellationToken);
        var from = Elapsed();

        ChangeSet? churn = null;
        using var stopChurn = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var churning = Task.CompletedTask;
        if (_churned.Count > 0 && (changes is not null and not ChangeKind.Delete || phase == PhaseKind.Churn))
            (churn, churning) = StartChurn(stopChurn.Token);
        if (phase == PhaseKind.Churn && churn is not null)
            progress.Begin(phase.Name(), churn);

        TimeSpan? restarted = null;
        try
        {
            if (changes is { } kind)
                await ChangeAllAsync(set, kind, cancellationToken);
            else if (phase == PhaseKind.Restart)
                (restarted, before) = await RestartAsync(before, cancellationToken);
            else
                await Task.Delay(options.Duration, clock, cancellationToken);
        }
        finally
        {
            await stopChurn.CancelAsync();
            await churning;
        }

        if (churn is not null)
            await convergence.WaitAsync(churn, cancellationToken);
        else
            await convergence.SettleAsync(cancellationToken);

        // Events come after what they tell of.
        var lastEvent = phase == PhaseKind.Create ? await convergence.LastEventAsync(cancellationToken) : 0;
        var to = Elapsed();
        var after = await meter.ReadAsync(begins: false, cancellationToken);
        _spans.Add(new PhaseSpan(phase.Name(), from, to));
        var lastReady = lastEvent == 0 ? 0 : set.Changes.Select(change => change.Ready).DefaultIfEmpty().Max();
        var result = Meter.Use(meter.Missing(meter.Changes(phase.Name(), set)), before, after) with
        {
            Churn = churn is null ? null : meter.Changes("churn", churn),
            RestartSeconds = restarted is { } restart ? Math.Round(restart.TotalSeconds, 2) : null,
            EventsBehindSeconds = lastReady == 0 ? null : Math.Round(Math.Max(0, clock.GetElapsedTime(lastReady, lastEvent).TotalSeconds), 2),
        };
        _phases.Add(changes is null ? result with { Seconds = Math.Round(to - from, 2) } : result);
    }

    private static ChangeKind? ChangeOf(PhaseKind phase) => phase switch
    {
        PhaseKind.Create => ChangeKind.Create,
        PhaseKind.Scale => ChangeKind.Scale,
        PhaseKind.Drift => ChangeKind.Drift,
        PhaseKind.Lost => ChangeKind.Lose,
        PhaseKind.Delete => ChangeKind.Delete,
        _ => null,
    };

    private async Task ChangeAllAsync(ChangeSet set, ChangeKind kind, CancellationToken cancellationToken)
    {
        Task Make(int index, long due)
        {
            var key = _foos[index];
            var replicas = kind switch
            {
                ChangeKind.Create => FirstReplicas,
                ChangeKind.Scale => tracker.WantedOf(key) == ScaledReplicas ? FirstReplicas : ScaledReplicas,
                _ => EditedReplicas,
            };
            return changer.MakeAsync(set, kind, key, replicas, due, cancellationToken);
        }

        await (options.Rate is { } rate
            ? Pacer.RunAsync(new Schedule(rate, _foos.Count), clock, Make, cancellationToken)
            : Pacer.RunAsync(_foos.Count, options.Concurrency, clock, Make, cancellationToken));
        await convergence.WaitAsync(set, cancellationToken);
    }

    private async Task<(TimeSpan Time, Meter.Reading Before)> RestartAsync(Meter.Reading before, CancellationToken cancellationToken)
    {
        var time = await silos.RestartAsync(cancellationToken);

        // A controller that rewrites what it finds does so now.
        await Task.Delay(s_settled, clock, cancellationToken);
        return (time, before.Restarted);
    }

    /// <summary>Changes Foos of its own, one after the other, until it is stopped.</summary>
    private (ChangeSet Set, Task Task) StartChurn(CancellationToken stopped)
    {
        var set = Set("churn", 0);
        return (set, ChurnAsync());

        async Task ChurnAsync()
        {
            try
            {
                await Pacer.RunAsync(
                    new Schedule(options.Churn, int.MaxValue), clock, (i, due) => ScaleAsync(set, _churned[i % _churned.Count], due, CancellationToken.None), stopped);
            }
            catch (OperationCanceledException) when (stopped.IsCancellationRequested)
            {
                // The phase is over.
            }
        }
    }

    private Task ScaleAsync(ChangeSet set, FooKey key, long due, CancellationToken cancellationToken) =>
        changer.MakeAsync(set, ChangeKind.Scale, key, (tracker.WantedOf(key) % MostReplicas) + 1, due, cancellationToken);

    private async Task FindLimitAsync(CancellationToken cancellationToken)
    {
        var steps = new List<LimitStep>();
        var search = new LimitSearch(options.Rate ?? 20);
        var from = Elapsed();

        // Not judged: code that has not been compiled yet is not the limit, and a first rate that fails would bound all others.
        await StepAsync(search.First, cancellationToken);
        while (search.Next is { } rate)
        {
            var step = await StepAsync(rate, cancellationToken);
            steps.Add(step);
            search = search.With(step.Sustained);
            Limit = new LimitResult(Math.Round(search.Sustained, 1), search.Failed, steps.All(each => each.QueueWaitP99 is not null), [.. steps]);
        }

        _spans.Add(new PhaseSpan("find limit", from, Elapsed()));
    }

    private async Task<LimitStep> StepAsync(double rate, CancellationToken cancellationToken)
    {
        var schedule = Schedule.During(rate, options.Duration);
        var set = Set(string.Create(CultureInfo.InvariantCulture, $"{rate:0.#} changes/s"), schedule.Count);
        progress.Begin(set.Name, set);
        var before = await meter.ReadAsync(begins: true, cancellationToken);
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pacing = Pacer.RunAsync(schedule, clock, (i, due) => ScaleAsync(set, _foos[i % _foos.Count], due, cancellationToken), lost.Token);
        await JudgeAsync(set, schedule, pacing, cancellationToken);
        var ended = clock.GetTimestamp();
        var onTime = OnTime(set, ended);
        var p99 = meter.Changes(set.Name, set).UntilReady?.P99;
        var after = await meter.ReadAsync(begins: false, cancellationToken);
        await lost.CancelAsync();
        await pacing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var wait = Meter.Counted(before, after)?.QueueWait.Quantile(Objective.Share);
        var step = new LimitStep(rate, schedule.Count, onTime, p99, wait, meter.Changes(set.Name, set).SentLate?.P99, Objective.IsMet(schedule.Count, onTime, wait));

        // What is left over must not be counted against the next rate.
        await convergence.WaitAsync(set, cancellationToken);
        return step;
    }

    /// <summary>Returns when it is known whether the objective is met: all were ready, the last is late, or too many are.</summary>
    private async Task JudgeAsync(ChangeSet set, Schedule schedule, Task pacing, CancellationToken cancellationToken)
    {
        var pause = TimeSpan.FromMilliseconds(100);
        var end = schedule.DueAt(schedule.Count - 1) + Objective.Ready;
        for (var began = clock.GetTimestamp(); clock.GetElapsedTime(began) < end; await Task.Delay(pause, clock, cancellationToken))
        {
            if (pacing.IsFaulted)
                await pacing;
            if (pacing.IsCompleted && set.IsDone)
                return;
            var now = clock.GetTimestamp();
            var overdue = schedule.DueBy(clock.GetElapsedTime(began) - Objective.Ready) - OnTime(set, now, dueBefore: now - Ticks(Objective.Ready));
            if (overdue > schedule.Count * (1 - Objective.Share))
                return;
        }
    }

    /// <summary>How many of those that were due before a moment were ready in time.</summary>
    private int OnTime(ChangeSet set, long now, long? dueBefore = null) =>
        set.Changes.Count(change => change.Ready != 0 && change.Ready <= now && clock.GetElapsedTime(change.Due, change.Ready) <= Objective.Ready && (dueBefore is not { } due || change.Due <= due));

    private ChangeSet Set(string name, int asked)
    {
        var set = new ChangeSet(name, asked);
        _sets.Add(set);
        return set;
    }

    private double Elapsed() => Math.Round(clock.GetElapsedTime(_origin).TotalSeconds, 2);

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    private List<int> ReadyPerSecond()
    {
        var counts = new List<int>();
        foreach (var change in _sets.SelectMany(set => set.Changes).Where(change => change.Ready != 0))
        {
            var second = (int)Math.Max(0, clock.GetElapsedTime(_origin, change.Ready).TotalSeconds);
            while (counts.Count <= second)
                counts.Add(0);
            counts[second]++;
        }

        return counts;
    }
}
