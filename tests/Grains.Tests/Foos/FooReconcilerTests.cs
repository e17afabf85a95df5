using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Facts;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Tests.Foos.Model;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>What becomes of the answers of the API server, and of news that arrives while one is awaited.</summary>
public sealed class FooReconcilerTests : IEventRecorder
{
    private readonly FakeTimeProvider _clock = new(Given.Now);
    private readonly ModelCluster _cluster = new();
    private readonly ObjectKnowledge _known = Given.Knowledge();
    private readonly ObjectReconciler _reconciler;
    private readonly List<string> _events = [];
    private int _toldFoo;
    private int _toldDeployments;

    public FooReconcilerTests() =>
        _reconciler = new ObjectReconciler(FooController.Instance, new ObjectWriter(new JournaledApi(_cluster, _clock)), new StatusSchema(FooController.Foos, _clock, NullLogger.Instance), this, _clock, new ReconcilerOptions(), NullLogger.Instance);

    void IEventRecorder.Record(ObjectReference about, EventType type, string reason, string message) => _events.Add(reason);

    [Fact]
    public async Task Its_decisions_can_be_read_with_what_was_written_and_answered()
    {
        _cluster.CreateFoo(1, "web");
        CatchUp();
        var run = ReconcileRun.Begin("foo", "default/foo", _clock.GetUtcNow());

        var outcome = await RunAsync();

        var steps = run.End(outcome, TimeSpan.Zero, null, null)!.Steps;
        Assert.Equal("Create Deployment web with 1 replica", steps[0].Plan);
        Assert.Equal("POST", Assert.Single(steps[0].Requests).Method);
        Assert.Contains("\"name\":\"web\"", Encoding.UTF8.GetString(steps[0].Requests[0].Body), StringComparison.Ordinal);
        Assert.StartsWith("Write status: Ready=False, Progressing", steps[1].Plan, StringComparison.Ordinal);
        Assert.Equal("Nothing to do", steps[^1].Plan);
    }

    [Fact]
    public async Task Row_13_a_Foo_made_again_while_the_status_of_the_first_is_written_gets_its_Deployment()
    {
        _cluster.CreateFoo(1, "web");
        CatchUp();
        await RunAsync();
        _cluster.MakeAvailable();
        CatchUp();

        // The first is deleted while the write is on its way, and the second seen while the answer, 404, is.
        MeanwhileOnce(() => _cluster.DeleteFoo(finalizer: false), () =>
        {
            _cluster.CreateFoo(2, "web");
            CatchUp();
        });
        await RunAsync();
        _cluster.Collect();
        CatchUp();
        await RunAsync();

        Assert.Equal(_cluster.Foo!.Uid, _cluster.Deployments["web"].Controller!.Uid);
    }

    [Fact]
    public async Task Row_12_a_Deployment_that_was_collected_before_its_Foo_was_seen_to_go_is_not_made_again()
    {
        await ReadyAsync();
        _cluster.DeleteFoo(finalizer: false);
        _cluster.Collect();
        CatchDeployments();
        var writes = _cluster.Writes;

        Assert.Equal(OutcomeKind.Done, (await RunAsync()).Kind);

        Assert.Equal(writes, _cluster.Writes);
    }

    /// <summary>The feed of Foos hangs, and what it has is delivered again to a new activation.</summary>
    [Fact]
    public async Task Row_12_a_stale_Foo_that_was_reconciled_before_gets_no_Deployment()
    {
        await ReadyAsync();
        var stale = _cluster.Foo!;
        _cluster.DeleteFoo(finalizer: false);
        _cluster.Collect();
        var restarted = Given.Knowledge();
        restarted.Observe(Given.Seen(stale, ObservationCause.Backlog));
        var writes = _cluster.Writes;

        Assert.Equal(OutcomeKind.Done, (await _reconciler.ReconcileAsync(restarted, RequestPriority.Fresh, CancellationToken.None)).Kind);

        Assert.Equal(writes, _cluster.Writes);
        Assert.True(restarted.IsEmpty);
    }

    [Theory]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.Refused)]
    [InlineData(Fault.Invalid)]
    [InlineData(Fault.NamespaceTerminating)]
    public async Task Row_12_when_a_create_is_retried_the_Foo_is_read_again(Fault fault)
    {
        await ReadyAsync();
        _cluster.DeleteDeployment("web");
        CatchUp();
        var calls = 0;
        _cluster.Meanwhile = () =>
        {
            // The Foo is read, then the create fails; two calls each.
            if (++calls == 3)
                _cluster.Fault = fault;
            return Task.CompletedTask;
        };
        await Record.ExceptionAsync(RunAsync);
        _cluster.Meanwhile = () => Task.CompletedTask;
        _known.Resync();
        _cluster.DeleteFoo(finalizer: false);
        var writes = _cluster.Writes;

        Assert.Equal(OutcomeKind.Done, (await RunAsync()).Kind);

        Assert.Equal(writes, _cluster.Writes);
    }

    /// <summary>The feeds may run on different silos: the Foo's event comes first.</summary>
    [Fact]
    public async Task Row_21_a_Deployment_that_was_released_is_kept()
    {
        await ReadyAsync();
        _cluster.Release("web");
        _cluster.EditFoo(1, "new");
        CatchFoos();

        await RunAsync();

        Assert.Equal(["new", "web"], _cluster.Deployments.Keys.Order());
        Assert.Null(_cluster.Deployments["web"].Controller);
    }

    /// <summary>A hand-over failed: the activation has observed the Deployment only, and the Foo does not change.</summary>
    [Fact]
    public async Task A_Foo_that_nobody_has_told_of_is_read()
    {
        await ReadyAsync();
        _cluster.EditDeployment("web", 7, FooReconciler.Image);
        var lost = Given.Knowledge();
        lost.Observe(Given.Seen(_cluster.Deployments["web"]));
        var options = new ReconcilerOptions();

        Assert.Equal(ReconcileOutcome.Later(options.DeliveryGrace), await _reconciler.ReconcileAsync(lost, RequestPriority.Fresh, CancellationToken.None));
        _clock.Advance(options.DeliveryGrace);
        await _reconciler.ReconcileAsync(lost, RequestPriority.Fresh, CancellationToken.None);

        Assert.Equal(1, _cluster.Deployments["web"].Replicas);
    }

    /// <summary>Lists of Foos come after those of Deployments, however long these take: 10,000 Foos at a start must not be read one by one.</summary>
    [Fact]
    public async Task A_Foo_is_not_read_while_its_list_is_on_its_way()
    {
        await ReadyAsync();
        var starting = Given.Knowledge();
        starting.Observe(Given.Seen(_cluster.Deployments["web"], ObservationCause.Backlog));
        var options = new ReconcilerOptions();

        Assert.Equal(ReconcileOutcome.Later(options.OwnerGrace), await _reconciler.ReconcileAsync(starting, RequestPriority.Backlog, CancellationToken.None));
        starting.Observe(Given.Seen(_cluster.Foo!, ObservationCause.Backlog));

        Assert.Equal(OutcomeKind.Done, _reconciler.Look(starting)!.Value.Kind);
    }

    [Fact]
    public async Task Row_6_a_Deployment_deleted_by_hand_is_made_again()
    {
        await ReadyAsync();
        _cluster.DeleteDeployment("web");
        CatchUp();

        await RunAsync();

        Assert.Equal(_cluster.Foo!.Uid, _cluster.Deployments["web"].Controller!.Uid);
    }

    [Fact]
    public async Task Row_8_anothers_Deployment_is_looked_at_again_with_back_off_until_it_goes()
    {
        _cluster.CreateForeign("web");
        _cluster.CreateFoo(1, "web");
        CatchUp();
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(OutcomeKind.Failed, (await RunAsync()).Kind);
            Assert.Null(_reconciler.Look(_known));
        }

        Assert.Equal([EngineReasons.ErrResourceExists], _events);
        _cluster.DeleteForeign();
        Assert.Equal(OutcomeKind.Done, (await RunAsync()).Kind);
        Assert.Equal(_cluster.Foo!.Uid, _cluster.Deployments["web"].Controller!.Uid);
    }

    [Theory]
    [InlineData(Fault.ServerError)]
    [InlineData(Fault.TooManyRequests)]
    [InlineData(Fault.Refused)]
    [InlineData(Fault.AnswerLost)]
    public async Task Row_16_a_create_that_fails_is_thrown_for_the_back_off_and_made_once(Fault fault)
    {
        _cluster.CreateFoo(1, "web");
        CatchUp();
        _cluster.Fault = fault;

        await Assert.ThrowsAsync<KubeApiException>(RunAsync);
        Assert.Null(_reconciler.Look(_known));
        await RunAsync();

        Assert.Single(_cluster.DeploymentFeed);
    }

    /// <summary>Quotas are used up, policies refuse: the user sees what the server says, and it heals by itself.</summary>
    [Theory]
    [InlineData(Fault.QuotaExceeded, FailureReason.QuotaExceeded)]
    [InlineData(Fault.PolicyDenied, FailureReason.AdmissionDenied)]
    [InlineData(Fault.PermissionMissing, FailureReason.PermissionMissing)]
    public async Task Row_23_what_the_server_refuses_is_told_with_its_message_and_tried_again(Fault fault, string reason)
    {
        _cluster.CreateFoo(1, "web");
        CatchUp();
        _cluster.FaultOf = request => request.Method == HttpMethod.Post ? fault : Fault.None;
        for (var i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<KubeApiException>(RunAsync);
            CatchUp();
        }

        var ready = DesiredStatus.ReadyOf(_cluster.Foo!)!;
        Assert.Equal(("False", reason, 1), (ready.Status, ready.Reason, ready.ObservedGeneration));
        Assert.Contains(ModelCluster.MessageOf(fault), ready.Message, StringComparison.Ordinal);
        Assert.Equal([reason], _events);

        _cluster.FaultOf = _ => Fault.None;
        await RunAsync();
        Assert.Equal(FooReasons.Progressing, DesiredStatus.ReadyOf(_cluster.Foo!)!.Reason);
        Assert.Equal([reason, EngineReasons.Synced], _events);
    }

    [Fact]
    public async Task Row_24_a_status_does_not_stay_Ready_while_the_Deployment_cannot_be_written()
    {
        await ReadyAsync();
        _cluster.EditFoo(3, "web");
        CatchUp();
        _cluster.FaultOf = request => request.Path.Contains("/deployments", StringComparison.Ordinal) ? Fault.ServerError : Fault.None;
        for (var i = 0; i < 4; i++)
        {
            await Assert.ThrowsAsync<KubeApiException>(RunAsync);
            CatchUp();
            Assert.Equal(i == 3 ? "False" : "True", DesiredStatus.ReadyOf(_cluster.Foo!)!.Status);
            _clock.Advance(TimeSpan.FromSeconds(4));
        }

        var ready = DesiredStatus.ReadyOf(_cluster.Foo!)!;
        Assert.Equal((FailureReason.ApiServerUnavailable, 2), (ready.Reason, ready.ObservedGeneration));
    }

    [Fact]
    public async Task Row_15_a_status_that_is_refused_as_invalid_ends_in_a_stall()
    {
        _cluster.CreateFoo(1, "web");
        CatchUp();
        _cluster.FaultOf = request => request.Path.EndsWith("/status", StringComparison.Ordinal) ? Fault.Invalid : Fault.None;

        Assert.Equal(OutcomeKind.Stalled, (await RunAsync()).Kind);
        CatchUp();
        var writes = _cluster.Writes;
        Assert.Equal(OutcomeKind.Stalled, (await RunAsync()).Kind);

        Assert.Equal(writes, _cluster.Writes);
        Assert.Equal([EngineReasons.Synced], _events);
        Assert.NotEmpty(_cluster.Deployments);
    }

    /// <summary>A foreign controller sets the replicas again as soon as they are put back, ten times a second for a quarter of an hour.</summary>
    [Fact]
    public async Task Row_25_a_fight_over_a_field_is_damped_and_told()
    {
        await ReadyAsync();
        var (writes, patches) = (_cluster.Writes, 0);
        _cluster.FaultOf = request =>
        {
            patches += request.Method == HttpMethod.Patch && request.Path.Contains("/deployments", StringComparison.Ordinal) ? 1 : 0;
            return Fault.None;
        };
        for (var i = 0; i < 9_000; i++)
        {
            _cluster.Scale("web", 5 + (i % 2));
            _cluster.MakeAvailable();
            CatchUp();
            if (_reconciler.Look(_known) is null)
                await RunAsync();
            _clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.InRange(patches, 8, 11);
        Assert.InRange(_cluster.Writes - writes - patches, 5, 30);
        Assert.Equal("Deployment web is contended: kubectl-edit keeps changing replicas", DesiredStatus.ReadyOf(_cluster.Foo!)!.Message);
        Assert.Equal([EngineReasons.Synced, EngineReasons.Contended], _events);

        // The other one stops.
        _clock.Advance(TimeSpan.FromHours(1));
        await RunAsync();
        _cluster.MakeAvailable();
        _clock.Advance(TimeSpan.FromSeconds(30));
        CatchUp();
        await RunAsync();
        Assert.Equal(("True", 1), (DesiredStatus.ReadyOf(_cluster.Foo!)!.Status, _cluster.Deployments["web"].Replicas));
    }

    [Theory]
    [InlineData(Fault.AnswerLost)]
    [InlineData(Fault.Refused)]
    public async Task Row_9_Synced_is_told_once_when_the_answer_to_the_status_is_lost(Fault fault)
    {
        await ReadyAsync();
        _events.Clear();
        _cluster.EditFoo(2, "web");
        CatchUp();
        var writes = 0;
        _cluster.Meanwhile = () =>
        {
            // The Deployment, then the status; two calls each.
            if (++writes == 3)
                _cluster.Fault = fault;
            return Task.CompletedTask;
        };

        await Assert.ThrowsAsync<KubeApiException>(RunAsync);
        CatchUp();
        await RunAsync();

        Assert.Equal([EngineReasons.Synced], _events);
    }

    [Fact]
    public async Task Row_16_after_a_conflict_the_Deployment_is_read_and_only_then_written()
    {
        await ReadyAsync();
        _cluster.EditFoo(3, "web");
        CatchFoos();
        _cluster.EditDeployment("web", 1, "edited");

        Assert.Equal(OutcomeKind.Done, (await RunAsync()).Kind);

        Assert.Equal((3, FooReconciler.Image), (_cluster.Deployments["web"].Replicas, _cluster.Deployments["web"].Image));
    }

    [Fact]
    public async Task Row_17_in_a_namespace_that_is_being_deleted_nothing_is_tried_again()
    {
        _cluster.CreateFoo(1, "web");
        CatchUp();
        _cluster.Fault = Fault.NamespaceTerminating;

        Assert.Equal(OutcomeKind.Stalled, (await RunAsync()).Kind);
    }

    [Fact]
    public async Task Row_15_what_is_refused_as_invalid_waits_for_a_resync()
    {
        _cluster.CreateFoo(1, "web");
        CatchUp();
        _cluster.Fault = Fault.Invalid;

        Assert.Equal(OutcomeKind.Stalled, (await RunAsync()).Kind);
        Assert.Equal(OutcomeKind.Stalled, _reconciler.Look(_known)!.Value.Kind);

        _known.Resync();
        await RunAsync();
        Assert.Equal(_cluster.Foo!.Uid, _cluster.Deployments["web"].Controller!.Uid);
        Assert.Equal(["DeploymentInvalid", EngineReasons.Synced], _events);
    }

    [Fact]
    public async Task After_a_list_a_Deployment_that_is_not_known_yet_is_waited_for_and_only_then_asked_for()
    {
        await ReadyAsync();
        var restarted = Given.Knowledge();
        restarted.Take(_cluster.Foo!);
        var wait = new ReconcilerOptions().DeliveryGrace;

        Assert.Equal(ReconcileOutcome.Later(wait), await _reconciler.ReconcileAsync(restarted, RequestPriority.Backlog, CancellationToken.None));
        Assert.True(restarted.Find("web").IsUnknown);

        _clock.Advance(wait);
        Assert.Equal(OutcomeKind.Done, (await _reconciler.ReconcileAsync(restarted, RequestPriority.Backlog, CancellationToken.None)).Kind);
        Assert.NotNull(restarted.Find("web").Object);
    }

    /// <summary>A Foo with its Deployment, its status written, and all of it known.</summary>
    private async Task ReadyAsync()
    {
        _cluster.CreateFoo(1, "web");
        CatchUp();
        await RunAsync();
        _cluster.MakeAvailable();
        CatchUp();
        await RunAsync();
        CatchUp();
        Assert.Equal(OutcomeKind.Done, _reconciler.Look(_known)!.Value.Kind);
    }

    private async Task<ReconcileOutcome> RunAsync() => await _reconciler.ReconcileAsync(_known, RequestPriority.Fresh, TestContext.Current.CancellationToken);

    /// <summary>Something that happens on the way of the next request, and something on the way of its answer.</summary>
    private void MeanwhileOnce(Action request, Action answer)
    {
        var left = new Queue<Action>([request, answer]);
        _cluster.Meanwhile = () =>
        {
            if (left.TryDequeue(out var next))
                next();
            return Task.CompletedTask;
        };
    }

    private void CatchUp()
    {
        CatchFoos();
        CatchDeployments();
    }

    private void CatchFoos()
    {
        while (_toldFoo < _cluster.FooFeed.Count)
            _known.Observe(_cluster.FooFeed[_toldFoo++]);
    }

    private void CatchDeployments()
    {
        while (_toldDeployments < _cluster.DeploymentFeed.Count)
            _known.Observe(_cluster.DeploymentFeed[_toldDeployments++]);
    }
}
