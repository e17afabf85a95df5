using System.Globalization;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Telemetry;

/// <summary>
/// What Prometheus scrapes from a silo that has reconciled one Foo. Dashboards, alerts and docs/metrics.md rely on every name
/// and label of it.
/// </summary>
public sealed partial class MetricsTests(MetricsTests.Scraped scraped) : IClassFixture<MetricsTests.Scraped>
{
    private const string Seconds = "histogram";

    /// <summary>Every metric of this operator, with its type and all of its labels.</summary>
    public static TheoryData<string, string, string> Metrics { get; } = new()
    {
        { "controller_runtime_reconcile_total", "counter", "controller result" },
        { "controller_runtime_reconcile_errors_total", "counter", "controller" },
        { "controller_runtime_terminal_reconcile_errors_total", "counter", "controller" },
        { "controller_runtime_reconcile_panics_total", "counter", "controller" },
        { "controller_runtime_reconcile_time_seconds", Seconds, "controller" },
        { "controller_runtime_active_workers", "gauge", "controller" },
        { "controller_runtime_max_concurrent_reconciles", "gauge", "controller" },
        { "workqueue_adds_total", "counter", "controller name" },
        { "workqueue_depth", "gauge", "controller name priority" },
        { "workqueue_queue_duration_seconds", Seconds, "controller name" },
        { "workqueue_work_duration_seconds", Seconds, "controller name" },
        { "workqueue_retries_total", "counter", "controller name" },
        { "workqueue_unfinished_work_seconds", "gauge", "controller name" },
        { "workqueue_longest_running_processor_seconds", "gauge", "controller name" },
        { "reconciler_unchanged_total", "counter", "controller" },
        { "reconciler_grains", "gauge", "controller" },
        { "reconciler_moves_total", "counter", "" },
        { "reflector_objects", "gauge", "feed resource" },
        { "reflector_age_seconds", "gauge", "feed resource" },
        { "reflector_lag_seconds", "gauge", "feed resource" },
        { "reflector_delivers", "gauge", "feed resource" },
        { "reflector_lists_total", "counter", "feed" },
        { "reflector_watches_total", "counter", "feed" },
        { "reflector_watch_restarts_total", "counter", "cause feed" },
        { "reflector_events_total", "counter", "feed" },
        { "reflector_unreadable_objects_total", "counter", "feed" },
        { "anti_entropy_round_seconds", Seconds, "feed" },
        { "anti_entropy_round_failures_total", "counter", "feed" },
        { "anti_entropy_told_total", "counter", "feed" },
        { "ingest_loop_failures_total", "counter", "" },
        { "dispatcher_delivery_seconds", Seconds, "resource" },
        { "dispatcher_pending", "gauge", "" },
        { "dispatcher_in_flight", "gauge", "" },
        { "dispatcher_retries_total", "counter", "resource" },
        { "rest_client_requests_total", "counter", "code host method" },
        { "rest_client_request_duration_seconds", Seconds, "host verb" },
        { "rest_client_rate_limiter_duration_seconds", Seconds, "host verb" },
        { "kube_api_requests_total", "counter", "code resource verb" },
        { "event_recorder_events_total", "counter", "operation" },
        { "event_recorder_dropped_total", "counter", "cause" },
        { "clustering_heartbeat_age_seconds", "gauge", "" },
        { "clustering_heartbeats_total", "counter", "result" },
        { "clustering_silos", "gauge", "status" },
        { "clustering_votes_total", "counter", "" },
        { "clustering_evictions_total", "counter", "cause" },
        { "clustering_table_version", "gauge", "" },
        { "clustering_table_bytes", "gauge", "" },
        { "process_cpu_seconds_total", "counter", "" },
        { "process_resident_memory_bytes", "gauge", "" },
        { "process_start_time_seconds", "gauge", "" },
        { "process_open_fds", "gauge", "" },
    };

    /// <summary>Series that are there, and zero, before anything of their kind has happened.</summary>
    public static TheoryData<string> Zeros { get; } =
    [
        """controller_runtime_reconcile_total{controller="foo",result="error"}""",
        """controller_runtime_reconcile_total{controller="foo",result="requeue_after"}""",
        """controller_runtime_reconcile_total{controller="foo",result="stalled"}""",
        """controller_runtime_reconcile_errors_total{controller="foo"}""",
        """controller_runtime_terminal_reconcile_errors_total{controller="foo"}""",
        """controller_runtime_reconcile_panics_total{controller="foo"}""",
        """controller_runtime_active_workers{controller="foo"}""",
        """workqueue_depth{controller="foo",name="foo",priority="0"}""",
        """workqueue_depth{controller="foo",name="foo",priority="-100"}""",
        """workqueue_retries_total{controller="foo",name="foo"}""",
        """workqueue_unfinished_work_seconds{controller="foo",name="foo"}""",
        """workqueue_longest_running_processor_seconds{controller="foo",name="foo"}""",
        "reconciler_moves_total{}",
        """reflector_watch_restarts_total{cause="closed",feed="foos.samplecontroller.k8s.io"}""",
        """reflector_watch_restarts_total{cause="silent",feed="foos.samplecontroller.k8s.io"}""",
        """reflector_watch_restarts_total{cause="expired",feed="foos.samplecontroller.k8s.io"}""",
        """reflector_watch_restarts_total{cause="error",feed="deployments.apps"}""",
        """reflector_lag_seconds{feed="foos.samplecontroller.k8s.io",resource="foos"}""",
        """dispatcher_retries_total{resource="foos"}""",
        """dispatcher_retries_total{resource="deployments"}""",
        """event_recorder_events_total{operation="patch"}""",
        """event_recorder_dropped_total{cause="queue_full"}""",
        """event_recorder_dropped_total{cause="unreachable"}""",
        """clustering_heartbeats_total{result="error"}""",
        """clustering_silos{status="Dead"}""",
        """clustering_evictions_total{cause="Fenced"}""",
    ];

    /// <summary>What one Foo, created and Ready, must have counted.</summary>
    public static TheoryData<string, double> Counted { get; } = new()
    {
        { """reconciler_grains{controller="foo"}""", 1 },
        { """reflector_objects{feed="foos.samplecontroller.k8s.io",resource="foos"}""", 1 },
        { """reflector_objects{feed="deployments.apps",resource="deployments"}""", 1 },
        { """reflector_lists_total{feed="foos.samplecontroller.k8s.io"}""", 1 },
        { """kube_api_requests_total{code="201",resource="deployments.apps",verb="create"}""", 1 },
        { """kube_api_requests_total{code="200",resource="foos.samplecontroller.k8s.io",verb="watch"}""", 1 },
        { """kube_api_requests_total{code="201",resource="events",verb="create"}""", 1 },
        { """event_recorder_events_total{operation="create"}""", 1 },
        { """clustering_silos{status="Active"}""", 1 },
        { """controller_runtime_max_concurrent_reconciles{controller="foo"}""", 32 },
    };

    [Theory]
    [MemberData(nameof(Metrics))]
    public void A_metric_has_its_type_labels_and_help(string name, string type, string labels)
    {
        Assert.Contains($"# TYPE {name} {type}\n", scraped.Text, StringComparison.Ordinal);
        Assert.Matches($@"(?m)^# HELP {name} \p{{Lu}}.*\.$", scraped.Text);
        var sample = type == Seconds ? name + "_count" : name;
        var found = scraped.Samples.Keys.Where(series => series.StartsWith(sample + "{", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(found);
        Assert.All(found, series => Assert.Equal(labels, string.Join(' ', Label().Matches(series).Select(label => label.Groups[1].Value).Order(StringComparer.Ordinal))));
    }

    [Theory]
    [MemberData(nameof(Zeros))]
    public void A_series_begins_at_zero(string series) => Assert.Equal(0, scraped[series]);

    [Theory]
    [MemberData(nameof(Counted))]
    public void One_Foo_is_counted(string series, double value) => Assert.Equal(value, scraped[series]);

    [Fact]
    public void There_is_no_metric_beyond_these_and_those_of_the_runtime_and_of_Orleans()
    {
        var known = Metrics.Select(row => row.Data.Item1).ToHashSet();
        Assert.DoesNotContain(
            Type().Matches(scraped.Text).Select(type => type.Groups[1].Value),
            name => !known.Contains(name) && name != "target_info" && !name.StartsWith("dotnet_", StringComparison.Ordinal) && !name.StartsWith("orleans_", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_that_dashboards_for_operators_do_not_know_are_left_out() =>
        Assert.DoesNotContain("otel_scope", scraped.Text, StringComparison.Ordinal);

    [Fact]
    public void The_target_is_named_after_the_operator_and_the_silo() =>
        Assert.Matches("""(?m)^target_info\{service_name="orleans-operator",service_version="[0-9.]+",service_instance_id=".+",""", scraped.Text);

    [Theory]
    [MemberData(nameof(Metrics))]
    public void A_metric_is_documented_with_its_type_and_labels(string name, string type, string labels)
    {
        var row = Regex.Match(Manifests.Metrics, $@"(?m)^\| `{name}` \| (.*?) \| (.*?)\| ");
        Assert.True(row.Success, $"docs/metrics.md has no row for {name}");
        Assert.Equal(type, row.Groups[1].Value);
        Assert.Equal(labels, string.Join(' ', row.Groups[2].Value.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)));
    }

    [GeneratedRegex(@"[{,](\w+)=""")]
    private static partial Regex Label();

    [GeneratedRegex(@"(?m)^# TYPE (\w+) ")]
    private static partial Regex Type();

    /// <summary>The text of /metrics after one Foo has become Ready, on a silo that keeps its membership in Kubernetes.</summary>
    public sealed class Scraped : IAsyncLifetime
    {
        public string Text { get; private set; } = "";

        public IReadOnlyDictionary<string, double> Samples { get; private set; } = new Dictionary<string, double>();

        public double? this[string series] => Samples.TryGetValue(series, out var value) ? value : null;

        public async ValueTask InitializeAsync()
        {
            await using var cluster = await DevClusterServer.StartAsync(new DevClusterOptions());
            await cluster.ApplyAsync(Manifests.FooCrd);
            await cluster.ApplyAsync(Manifests.OrleansClusterCrd);
            using var kubeconfig = new TemporaryFile();
            await cluster.WriteOperatorKubeconfigAsync(kubeconfig.Path);
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{FreePort.Next()}") };

            // A process of its own: meters are known by their names to whoever listens in a process.
            await using var silo = SiloProcess.Silo(
                "--kubeconfig", kubeconfig.Path, "--clustering", "kubernetes", "--urls", http.BaseAddress.ToString(), "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}",
                "--silo-port", $"{FreePort.Next()}", "--gateway-port", $"{FreePort.Next()}");
            await silo.Says("Silo ready");
            using var client = new ClusterClient(cluster, "default");
            await client.CreateFooAsync("foo", "foo", 1);
            await client.ReadyFoo("foo");
            Text = await Eventually.Holds(
                () => http.GetStringAsync("/metrics"), text => Read(text).GetValueOrDefault("""event_recorder_events_total{operation="create"}""") == 1, "the Event is written");
            Samples = Read(Text);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private static Dictionary<string, double> Read(string text) => text.Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .ToDictionary(line => line[..line.LastIndexOf(' ')], line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }
}
