using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Metrics;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Grains.Tests.Engine.Metrics;

/// <summary>What is counted when, under controller-runtime's names.</summary>
public sealed class ReconcilerMetricsTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly Measured _measured = new();
    private readonly ReconcilerMetrics _metrics;

    public ReconcilerMetricsTests() => _metrics = new(_measured, new ReconcileGate(7), [new RegisteredController("widget")], _clock);

    public void Dispose() => _measured.Dispose();

    [Theory]
    [InlineData(OutcomeKind.Done, "success", 0, 0)]
    [InlineData(OutcomeKind.Later, "requeue_after", 0, 0)]
    [InlineData(OutcomeKind.Stalled, "stalled", 0, 1)]
    [InlineData(OutcomeKind.Failed, "error", 1, 0)]
    public void An_outcome_is_counted_under_its_result(OutcomeKind kind, string result, int errors, int terminal)
    {
        _metrics.Ended("widget", new ReconcileOutcome(kind), Second);

        foreach (var each in new[] { "success", "requeue_after", "stalled", "error" })
            Assert.Equal(each == result ? 1 : 0, _measured[$"controller_runtime_reconcile_total controller=widget result={each}"]);
        Assert.Equal(errors, _measured["controller_runtime_reconcile_errors_total controller=widget"]);
        Assert.Equal(errors, _measured["workqueue_retries_total controller=widget name=widget"]);
        Assert.Equal(terminal, _measured["controller_runtime_terminal_reconcile_errors_total controller=widget"]);
        Assert.Equal(1, _measured["controller_runtime_reconcile_time_seconds controller=widget"]);
        Assert.Equal(1, _measured["workqueue_work_duration_seconds controller=widget name=widget"]);
    }

    [Fact]
    public void A_reconcile_without_a_difference_is_a_success_that_wrote_nothing()
    {
        var news = _clock.GetTimestamp();
        _clock.Advance(Second);

        _metrics.Looked("widget", ReconcileOutcome.Done, _clock.GetTimestamp(), news);
        _metrics.Looked("widget", ReconcileOutcome.Later(Second), _clock.GetTimestamp(), null);

        Assert.Equal(1, _measured["reconciler_unchanged_total controller=widget"]);
        Assert.Equal(1, _measured["controller_runtime_reconcile_total controller=widget result=success"]);
        Assert.Equal(1, _measured["controller_runtime_reconcile_total controller=widget result=requeue_after"]);
        Assert.Equal(1, _measured["workqueue_queue_duration_seconds controller=widget name=widget"]);
    }

    [Fact]
    public void What_waits_is_the_depth_of_the_queue_by_priority()
    {
        using (_metrics.Waits("widget", RequestPriority.Fresh))
        using (_metrics.Waits("widget", RequestPriority.Backlog))
        using (_metrics.Waits("widget", RequestPriority.Backlog))
        {
            Assert.Equal(1, _measured["workqueue_depth controller=widget name=widget priority=0"]);
            Assert.Equal(2, _measured["workqueue_depth controller=widget name=widget priority=-100"]);
        }

        Assert.Equal(0, _measured["workqueue_depth controller=widget name=widget priority=0"]);
        Assert.Equal(0, _measured["workqueue_depth controller=widget name=widget priority=-100"]);
    }

    [Fact]
    public void What_runs_is_counted_with_the_time_it_has_taken_so_far()
    {
        using (_metrics.Starts("widget", null))
        {
            _clock.Advance(Second);
            using (_metrics.Starts("widget", null))
            {
                _clock.Advance(Second);
                Assert.Equal(2, _measured["controller_runtime_active_workers controller=widget"]);
                Assert.Equal(3, _measured["workqueue_unfinished_work_seconds controller=widget name=widget"]);
                Assert.Equal(2, _measured["workqueue_longest_running_processor_seconds controller=widget name=widget"]);
            }
        }

        Assert.Equal(0, _measured["controller_runtime_active_workers controller=widget"]);
        Assert.Equal(0, _measured["workqueue_unfinished_work_seconds controller=widget name=widget"]);
        Assert.Equal(0, _measured["workqueue_longest_running_processor_seconds controller=widget name=widget"]);
    }

    [Fact]
    public void Controllers_are_counted_apart_whether_they_are_registered_or_not()
    {
        _metrics.Activated("widget");
        _metrics.Activated("gadget");
        _metrics.Activated("gadget");
        _metrics.Deactivated("gadget");
        _metrics.Panicked("gadget");

        Assert.Equal(1, _measured["reconciler_grains controller=widget"]);
        Assert.Equal(1, _measured["reconciler_grains controller=gadget"]);
        Assert.Equal(0, _measured["controller_runtime_reconcile_panics_total controller=widget"]);
        Assert.Equal(1, _measured["controller_runtime_reconcile_panics_total controller=gadget"]);
        Assert.Equal(7, _measured["controller_runtime_max_concurrent_reconciles controller=gadget"]);
    }
}
