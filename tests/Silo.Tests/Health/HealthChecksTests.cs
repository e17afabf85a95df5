using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.KubeApi;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.Silo.Health;

namespace OrleansOperator.Silo.Tests.Health;

/// <summary>What makes a silo ready, what degrades it, and what keeps it from being ready.</summary>
public sealed class HealthChecksTests
{
    [Theory]
    [InlineData(SiloStatus.Created, "", HealthStatus.Unhealthy, "joins its cluster")]
    [InlineData(SiloStatus.Joining, "", HealthStatus.Unhealthy, "joins its cluster")]
    [InlineData(SiloStatus.Created, "Reading fails: why", HealthStatus.Unhealthy, "waits to join its cluster: Reading fails: why")]
    [InlineData(SiloStatus.Active, "", HealthStatus.Healthy, null)]
    [InlineData(SiloStatus.Active, "Sending fails: why", HealthStatus.Degraded, "Sending fails: why")]
    [InlineData(SiloStatus.ShuttingDown, "", HealthStatus.Unhealthy, "is ShuttingDown")]
    [InlineData(SiloStatus.Dead, "", HealthStatus.Unhealthy, "is Dead")]
    public void A_silo_is_ready_when_it_is_active(SiloStatus status, string problem, HealthStatus expected, string? reason)
    {
        var result = SiloHealth.Judge(status, problem.Length == 0 ? [] : [problem]);

        Assert.Equal((expected, reason), (result.Status, result.Description));
    }

    [Theory]
    [InlineData(false, HealthStatus.Unhealthy)]
    [InlineData(true, HealthStatus.Healthy)]
    [InlineData(true, HealthStatus.Degraded, PermissionNeed.Optional)]
    [InlineData(false, HealthStatus.Unhealthy, PermissionNeed.Required)]
    [InlineData(true, HealthStatus.Unhealthy, PermissionNeed.Optional, PermissionNeed.Required)]
    public void A_missing_permission_counts_as_its_component_says(bool hasAsked, HealthStatus expected, params PermissionNeed[] missing)
    {
        var gaps = missing.Select((need, i) => new PermissionGap(new RequestTarget("get", $"widgets{i}.example.com"), need, "")).ToList();

        var result = PermissionHealth.Judge(hasAsked, gaps);

        Assert.Equal(expected, result.Status);
        Assert.All(gaps, gap => Assert.Contains($"\"get\" on \"{gap.Target.Resource}\"", result.Description, StringComparison.Ordinal));
    }
}
