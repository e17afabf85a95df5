using OrleansOperator.LoadTest.Silos;
using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Tests.Statistics;

public sealed class PrometheusTextTests
{
    private const string Metrics = """
        # HELP kube_api_requests_total Number of requests
        # TYPE kube_api_requests_total counter
        kube_api_requests_total{verb="create",resource="deployments.apps",code="201"} 40 1700000000000
        kube_api_requests_total{verb="create",resource="deployments.apps",code="409"} 2
        kube_api_requests_total{verb="get",resource="foos.samplecontroller.k8s.io",code="200"} 3
        kube_api_requests_total{verb="watch",resource="deployments.apps",code="200"} 9
        kube_api_requests_total{verb="patch",resource="leases.coordination.k8s.io",code="200"} 100
        workqueue_queue_duration_seconds_bucket{controller="foo",le="0.1"} 50
        workqueue_queue_duration_seconds_bucket{controller="foo",le="1"} 99
        workqueue_queue_duration_seconds_bucket{controller="foo",le="+Inf"} 100
        text{label="a \"quoted\\ \n value,}"} 1.5e3
        no_value
        not_a_number{a="b"} x
        """;

    [Fact]
    public void A_sample_has_a_name_labels_and_a_value()
    {
        var sample = PrometheusText.Read(Metrics).First();
        Assert.Equal(("kube_api_requests_total", "create", "201", 40), (sample.Name, sample["verb"], sample["code"], sample.Value));
    }

    [Fact]
    public void Escaped_labels_are_read()
    {
        var sample = PrometheusText.Read(Metrics).Single(sample => sample.Name == "text");
        Assert.Equal(("a \"quoted\\ \n value,}", 1500), (sample["label"], sample.Value));
    }

    [Fact]
    public void Lines_that_are_no_samples_are_passed_over() =>
        Assert.DoesNotContain(PrometheusText.Read(Metrics), sample => sample.Name is "no_value" or "not_a_number" or "#");

    [Fact]
    public void Requests_of_silos_leave_out_watches_and_the_membership()
    {
        var counters = SiloCounters.Of(Metrics);
        Assert.Equal(new Dictionary<string, double> { ["create deployments.apps"] = 42, ["get foos.samplecontroller.k8s.io"] = 3 }, counters.Requests);
        Assert.Equal(42, counters.Writes);
    }

    [Theory]
    [InlineData(0.5, 0.1)]
    [InlineData(0.99, 1)]
    [InlineData(0.995, double.PositiveInfinity)]
    public void A_quantile_of_waits_is_the_bound_that_holds_so_many(double quantile, double bound) =>
        Assert.Equal(bound, SiloCounters.Of(Metrics).QueueWait.Quantile(quantile));

    [Fact]
    public void Nothing_waited_has_no_quantile() => Assert.Null(WaitHistogram.Empty.Quantile(0.99));

    [Fact]
    public void What_has_come_since_is_the_difference()
    {
        var before = SiloCounters.Of(Metrics);
        var after = before.Plus(SiloCounters.Of("""
            kube_api_requests_total{verb="create",resource="deployments.apps",code="201"} 5
            workqueue_queue_duration_seconds_bucket{le="1"} 1
            workqueue_queue_duration_seconds_bucket{le="+Inf"} 10
            """));
        var since = after.Since(before);
        Assert.Equal(new Dictionary<string, double> { ["create deployments.apps"] = 5 }, since.Requests);
        Assert.Equal((10, double.PositiveInfinity), (since.QueueWait.Count, since.QueueWait.Quantile(0.99)));
    }

    [Fact]
    public void A_silo_that_was_restarted_counts_from_zero()
    {
        var after = SiloCounters.Of("""
            kube_api_requests_total{verb="create",resource="deployments.apps",code="201"} 5
            workqueue_queue_duration_seconds_bucket{le="+Inf"} 10
            """);
        var since = after.Since(SiloCounters.Of(Metrics));
        Assert.Equal((5, 10), (since.Requests["create deployments.apps"], since.QueueWait.Count));
    }
}
