using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests;

public sealed class KubeApiMetricsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/openmetrics-text; version=1.0.0")]
    public async Task Prometheus_sees_client_go_s_names_labels_and_buckets(string format)
    {
        await using var server = await TestApiServer.StartAsync(404, "");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddKubeApi(options => options.Master = server.Url.AbsoluteUri);
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddMeter(KubeApiMetrics.MeterName).AddPrometheusExporter());
        await using var app = builder.Build();
        app.MapPrometheusScrapingEndpoint();
        await app.StartAsync(Cancelled);

        await Assert.ThrowsAsync<KubeApiException>(app.Services.GetRequiredService<IKubeApi>().GetAsync);
        app.Services.GetRequiredService<KubeApiMetrics>().EventWritten("create");
        app.Services.GetRequiredService<KubeApiMetrics>().EventDropped("spam");
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Add("Accept", format);
        var text = await http.GetStringAsync(new Uri(new Uri(app.Urls.Single()), "/metrics"), Cancelled);

        var host = server.Url.Authority.Replace(".", "[.]", StringComparison.Ordinal);
        Assert.Matches($$"""(?m)^rest_client_requests_total\{.*code="404",host="{{host}}",method="GET"\} 1( |$)""", text);
        Assert.Matches($$"""(?m)^rest_client_request_duration_seconds_count\{.*host="{{host}}",verb="GET"\} 1( |$)""", text);
        Assert.Matches($$"""(?m)^rest_client_request_duration_seconds_bucket\{.*le="0.005"\} """, text);
        Assert.Matches($$"""(?m)^rest_client_request_duration_seconds_bucket\{.*le="60([.]0)?"\} 1( |$)""", text);
        Assert.Matches($$"""(?m)^rest_client_rate_limiter_duration_seconds_count\{.*host="{{host}}",verb="GET"\} 1( |$)""", text);

        // Other tests of this process write Events at the same time.
        Assert.Matches("""(?m)^event_recorder_events_total\{.*operation="create"\} [1-9]""", text);
        Assert.Matches("""(?m)^event_recorder_dropped_total\{.*cause="spam"\} [1-9]""", text);
    }

    [Fact]
    public async Task A_request_without_an_answer_is_counted_as_an_error()
    {
        using var meter = new System.Diagnostics.Metrics.Meter("tests");
        using var measured = new Measurements(meter);
        using var api = new KubeApiClient(
            new(new Uri("http://127.0.0.1:1")), new(), new KubeApiMetrics(meter), TimeProvider.System);

        await Assert.ThrowsAsync<KubeApiException>(api.GetAsync);

        Assert.Equal(1, measured["rest_client_requests_total code=<error> method=GET host=127.0.0.1:1"]);
        Assert.Equal(1, measured["kube_api_requests_total verb=get resource=widgets.example.com code=<error>"]);
    }
}
