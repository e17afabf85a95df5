using System.Net;
using Microsoft.Extensions.Logging;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Tests.Engine.Probes;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Tests.Engine;

/// <summary>When a grain reconciles, and when it leaves it alone: in a real silo, with a clock that stands still.</summary>
public sealed class ReconcilerGrainTests : IClassFixture<ProbeSilo>, IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan First = new ReconcilerOptions().BackoffBase;

    private readonly ProbeSilo _silo;
    private readonly string _namespace = Guid.NewGuid().ToString();

    public ReconcilerGrainTests(ProbeSilo silo) => _silo = silo;

    private string Key => _namespace + "/probe";

    private ProbeRuns Runs => _silo.RunsOf(Key);

    public void Dispose() => Runs.EndAll();

    [Fact]
    public async Task One_run_at_a_time_and_what_arrives_meanwhile_is_one_more()
    {
        await _silo.ObserveAsync(Key, 1);
        var first = await Runs.NextAsync();
        for (var version = 2; version <= 9; version++)
            await _silo.ObserveAsync(Key, version);
        Assert.False(Runs.Any);

        first.End(ReconcileOutcome.Done);

        var second = await Runs.NextAsync();
        Assert.Equal((1, 9), (first.Version, second.Version));
        second.End(ReconcileOutcome.Done);
        await NothingMoreAsync();
    }

    [Fact]
    public async Task What_is_no_news_starts_no_run()
    {
        await _silo.ObserveAsync(Key, 5);
        (await Runs.NextAsync()).End(ReconcileOutcome.Done);

        await _silo.ObserveAsync(Key, 5);
        await _silo.ObserveAsync(Key, 4);
        await _silo.ObserveAsync(Key, 5, cause: ObservationCause.Backlog);

        await NothingMoreAsync();
    }

    [Fact]
    public async Task A_failure_is_tried_again_after_waits_that_double_until_it_succeeds()
    {
        await _silo.ObserveAsync(Key, 1);
        var wait = First;
        for (var failure = 0; failure < 4; failure++)
        {
            await EndAsync(ReconcileOutcome.Failed());
            await NotBeforeAsync(wait);
            wait *= 2;
        }

        await EndAsync(ReconcileOutcome.Done);

        // Forgotten: the next one starts over.
        await _silo.ObserveAsync(Key, 2);
        await EndAsync(ReconcileOutcome.Failed());
        await NotBeforeAsync(First);
        await EndAsync(ReconcileOutcome.Done);
    }

    [Fact]
    public async Task News_cuts_a_back_off_short()
    {
        await _silo.ObserveAsync(Key, 1);
        await EndAsync(ReconcileOutcome.Failed());

        await _silo.ObserveAsync(Key, 2);

        Assert.Equal(2, (await Runs.NextAsync()).Version);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("while it runs")]
    [InlineData("while it waits")]
    public async Task A_server_that_asks_to_wait_gets_its_wait_whatever_comes(string news)
    {
        await _silo.ObserveAsync(Key, 1);
        var run = await Runs.NextAsync();
        if (news == "while it runs")
            await _silo.ObserveAsync(Key, 2);

        run.Throw(new KubeApiException(HttpStatusCode.TooManyRequests, "TooManyRequests", "slow down", default, TimeSpan.FromSeconds(7)));
        await _silo.RestAsync(Key);
        if (news == "while it waits")
            await _silo.ObserveAsync(Key, 2);

        await NotBeforeAsync(TimeSpan.FromSeconds(7));
        await EndAsync(ReconcileOutcome.Done);
    }

    [Fact]
    public async Task Objects_that_keep_failing_for_one_cause_are_one_line()
    {
        var away = new KubeApiException(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "the server is away", new RequestTarget("patch", _namespace));
        for (var grain = 0; grain < 20; grain++)
        {
            for (var version = 1; version <= 6; version++)
            {
                await _silo.ObserveAsync($"{Key}-{grain}", version);
                (await Runs.NextAsync()).Throw(away);
                await _silo.RestAsync($"{Key}-{grain}");
            }
        }

        var lines = _silo.Log.Lines.Where(line => line.Level >= LogLevel.Warning && line.Message.Contains(_namespace, StringComparison.Ordinal)).ToList();
        Assert.Equal($"Reconciling probe keeps failing and is retried: patch {_namespace}: 503 ServiceUnavailable: the server is away (such as {Key}-0)", Assert.Single(lines).Message);
    }

    [Fact]
    public async Task Whatever_a_run_throws_it_is_tried_again()
    {
        await _silo.ObserveAsync(Key, 1);
        (await Runs.NextAsync()).Throw(new InvalidOperationException("a bug"));
        await _silo.RestAsync(Key);
        await NotBeforeAsync(First);

        (await Runs.NextAsync()).Throw(new OperationCanceledException("not the grain's own"));
        await _silo.RestAsync(Key);
        await NotBeforeAsync(First * 2);
        await EndAsync(ReconcileOutcome.Done);
        await NothingMoreAsync();
    }

    [Fact]
    public async Task Whatever_a_look_throws_it_is_tried_again()
    {
        Runs.FailLook(new InvalidOperationException("a bug"));
        await _silo.ObserveAsync(Key, 1);
        await _silo.RestAsync(Key);

        await NotBeforeAsync(First);
        await EndAsync(ReconcileOutcome.Done);
    }

    [Fact]
    public async Task What_is_to_be_looked_at_later_is()
    {
        await _silo.ObserveAsync(Key, 1);
        await EndAsync(ReconcileOutcome.Later(TimeSpan.FromMinutes(5)));

        await NotBeforeAsync(TimeSpan.FromMinutes(5));
        await EndAsync(ReconcileOutcome.Done);
    }

    [Fact]
    public async Task A_wait_that_no_timer_lasts_for_is_taken_in_parts()
    {
        await _silo.ObserveAsync(Key, 1);
        await EndAsync(ReconcileOutcome.Later(TimeSpan.FromDays(365)));

        await NotBeforeAsync(TimeSpan.FromDays(1));
        await EndAsync(ReconcileOutcome.Done);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task News_does_not_wait_for_later(bool whileRunning)
    {
        await _silo.ObserveAsync(Key, 1);
        var run = await Runs.NextAsync();
        if (whileRunning)
            await _silo.ObserveAsync(Key, 2);
        run.End(ReconcileOutcome.Later(TimeSpan.FromHours(1)));
        if (!whileRunning)
        {
            await _silo.RestAsync(Key);
            await _silo.ObserveAsync(Key, 2);
        }

        Assert.Equal(2, (await Runs.NextAsync()).Version);
    }

    [Fact]
    public async Task What_was_given_up_is_tried_again_after_about_the_resync_period_and_not_before()
    {
        var period = new ReconcilerOptions().ResyncPeriod;
        await _silo.ObserveAsync(Key, 1);
        await EndAsync(ReconcileOutcome.Stalled);
        await _silo.ObserveAsync(Key, 1);
        await _silo.ObserveAsync(Key, 1, cause: ObservationCause.Backlog);
        _silo.Clock.Advance(period * 0.89);
        await NothingMoreAsync();

        _silo.Clock.Advance(period * 0.22);

        Assert.Equal(1, (await Runs.NextAsync()).Version);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_grain_with_nothing_to_take_care_of_leaves(bool known)
    {
        if (known)
        {
            await _silo.ObserveAsync(Key, 1);
            await EndAsync(ReconcileOutcome.Done);
        }

        await _silo.ObserveAsync(Key, known ? 2 : 0, deleted: true);

        await Runs.Deactivated.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_grain_with_something_to_take_care_of_stays()
    {
        await _silo.ObserveAsync(Key, 1);
        await EndAsync(ReconcileOutcome.Done);

        await NothingMoreAsync();

        Assert.False(Runs.Deactivated.Task.IsCompleted);
    }

    [Theory]
    [InlineData(ObservationCause.Change, RequestPriority.Fresh)]
    [InlineData(ObservationCause.Backlog, RequestPriority.Backlog)]
    [InlineData(ObservationCause.Contradiction, RequestPriority.Backlog)]
    public async Task What_changed_just_now_is_urgent(ObservationCause cause, RequestPriority priority)
    {
        await _silo.ObserveAsync(Key, 1, cause: cause);

        Assert.Equal(priority, (await Runs.NextAsync()).Priority);
    }

    [Fact]
    public async Task No_more_run_at_once_than_the_silo_lets_and_the_urgent_go_first()
    {
        await _silo.ObserveAsync($"{_namespace}/a", 1);
        await _silo.ObserveAsync($"{_namespace}/b", 1);
        var (first, second) = (await Runs.NextAsync(), await Runs.NextAsync());
        await _silo.ObserveAsync($"{_namespace}/c", 1, cause: ObservationCause.Backlog);
        await _silo.ObserveAsync($"{_namespace}/d", 1);
        Assert.False(Runs.Any);

        // Each waits in the gate by now, whichever came first.
        await WaitingAsync(2);
        first.End(ReconcileOutcome.Done);
        Assert.Equal($"{_namespace}/d", (await Runs.NextAsync()).Grain);
        second.End(ReconcileOutcome.Done);
        Assert.Equal($"{_namespace}/c", (await Runs.NextAsync()).Grain);
    }

    [Fact]
    public async Task What_waits_as_backlog_moves_up_when_it_changes()
    {
        await FillGateAsync();
        await _silo.ObserveAsync($"{_namespace}/before", 1, cause: ObservationCause.Backlog);
        await WaitingAsync(1);
        await _silo.ObserveAsync($"{_namespace}/changed", 1, cause: ObservationCause.Backlog);
        await WaitingAsync(2);

        await _silo.ObserveAsync($"{_namespace}/changed", 2);
        Runs.EndOne();

        var next = await Runs.NextAsync();
        Assert.Equal(($"{_namespace}/changed", 2, RequestPriority.Fresh), (next.Grain, next.Version, next.Priority));
    }

    [Fact]
    public async Task A_retry_is_as_urgent_as_what_it_retries()
    {
        await _silo.ObserveAsync(Key, 1);
        await EndAsync(ReconcileOutcome.Failed());
        await _silo.ObserveAsync(Key, 2, cause: ObservationCause.Backlog);

        Assert.Equal(RequestPriority.Fresh, (await Runs.NextAsync()).Priority);
    }

    [Fact]
    public async Task A_grain_that_leaves_does_not_wait_for_its_run()
    {
        await _silo.ObserveAsync(Key, 1);
        await Runs.NextAsync();

        await _silo.LeaveAsync(Key);

        await Runs.Deactivated.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Eventually(() => _silo.Gate.Active == 0);
    }

    [Fact]
    public async Task A_grain_that_leaves_does_not_wait_for_its_turn()
    {
        await FillGateAsync();
        await _silo.ObserveAsync(Key, 1);
        await WaitingAsync(1);

        await _silo.LeaveAsync(Key);

        await Runs.Deactivated.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await WaitingAsync(0);
        Assert.Equal(2, _silo.Gate.Active);
    }

    [Fact]
    public async Task A_grain_that_is_deactivated_while_it_activates_leaves_no_entry()
    {
        Runs.RefuseActivation();

        await Assert.ThrowsAnyAsync<Exception>(() => _silo.ObserveAsync(Key, 1).WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken));

        Assert.DoesNotContain(_silo.Local.All, grain => grain.Key.ToString() == Key);
    }

    [Fact]
    public async Task What_a_grain_does_can_be_seen_from_outside()
    {
        await _silo.ObserveAsync(Key, 1);
        var run = await Runs.NextAsync();
        Assert.True(View().Status.IsRunning);
        Assert.Equal(("probe", 1), (View().Controller, View().Snapshot!.ResourceVersion));

        run.Throw(new KubeApiException(HttpStatusCode.ServiceUnavailable, "ServiceUnavailable", "no luck", default));
        await _silo.RestAsync(Key);

        var failed = View().Status;
        Assert.Equal((OutcomeKind.Failed, 1, "no luck", false), (failed.Outcome, failed.Failures, failed.Problem, failed.IsRunning));
        Assert.True(failed.Due >= failed.Started + First);
        Assert.Equal("no luck", Assert.Single(_silo.Journal.Of("probe", ObjectKey.Parse(Key))).Problem);

        _silo.Clock.Advance(First);
        await EndAsync(ReconcileOutcome.Done);

        var done = View().Status;
        Assert.Equal((OutcomeKind.Done, 0, null, default), (done.Outcome, done.Failures, done.Problem, done.Due));
    }

    private IReconcilerView View() => Assert.Single(_silo.Local.Views, view => view.Snapshot?.Key.ToString() == Key);

    /// <summary>Ends the next run and waits until the grain has decided what comes of it.</summary>
    private async Task EndAsync(ReconcileOutcome outcome)
    {
        (await Runs.NextAsync()).End(outcome);
        await _silo.RestAsync(Key);
    }

    /// <summary>Asserts that the next run starts exactly after this wait.</summary>
    private async Task NotBeforeAsync(TimeSpan wait)
    {
        _silo.Clock.Advance(wait - Tick);
        await NothingMoreAsync();
        _silo.Clock.Advance(Tick);
        await Eventually(() => Runs.Any);
    }

    private async Task NothingMoreAsync()
    {
        await _silo.RestAsync(Key);
        await _silo.RestAsync(Key);
        Assert.False(Runs.Any);
    }

    /// <summary>Two grains run, which is all that the silo lets.</summary>
    private async Task FillGateAsync()
    {
        await _silo.ObserveAsync($"{_namespace}/a", 1);
        await _silo.ObserveAsync($"{_namespace}/b", 1);
        await Runs.NextAsync();
        await Runs.NextAsync();
    }

    private Task WaitingAsync(int waiting) => Eventually(() => _silo.Gate.Waiting == waiting);

    private static async Task Eventually(Func<bool> holds)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(30));
        while (!holds())
            await Task.Delay(1, limit.Token);
    }
}
