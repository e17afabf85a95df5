using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.Silo.Health;

namespace OrleansOperator.Silo.Tests.Health;

public sealed class HealthTextTests
{
    [Fact]
    public void Each_check_has_a_line_and_the_last_line_is_the_verdict()
    {
        var report = new HealthReport(
            new Dictionary<string, HealthReportEntry>
            {
                ["silo"] = new(HealthStatus.Healthy, null, TimeSpan.Zero, null, null),
                ["feeds"] = new(HealthStatus.Unhealthy, "foos: first list not delivered", TimeSpan.Zero, null, null),
            },
            TimeSpan.Zero);

        Assert.Equal("[+]silo ok\n[-]feeds foos: first list not delivered\nnot ready\n", HealthText.Format(report));
    }

    [Fact]
    public void All_well_is_ok()
    {
        var report = new HealthReport(
            new Dictionary<string, HealthReportEntry> { ["silo"] = new(HealthStatus.Healthy, null, TimeSpan.Zero, null, null) },
            TimeSpan.Zero);

        Assert.Equal("[+]silo ok\nok\n", HealthText.Format(report));
    }

    [Fact]
    public void Each_reason_has_a_line_and_what_is_degraded_is_ready()
    {
        var report = new HealthReport(
            new Dictionary<string, HealthReportEntry> { ["permissions"] = new(HealthStatus.Degraded, "one\ntwo", TimeSpan.Zero, null, null) },
            TimeSpan.Zero);

        Assert.Equal("[+]permissions degraded: one\n[+]permissions degraded: two\nok\n", HealthText.Format(report));
    }
}
