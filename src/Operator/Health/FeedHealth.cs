using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Silo.Health;

/// <summary>
/// Whether the feeds of this silo have delivered their first lists. A feed that is interrupted later only degrades the
/// silo: what interrupts it mostly interrupts those of all silos.
/// </summary>
internal sealed class FeedHealth(IngestReadiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (readiness.Problems() is { Count: > 0 } problems)
            return Task.FromResult(HealthCheckResult.Unhealthy(string.Join('\n', problems)));
        return Task.FromResult(readiness.Interruptions() is { Count: > 0 } interruptions
            ? HealthCheckResult.Degraded(string.Join('\n', interruptions))
            : HealthCheckResult.Healthy());
    }
}
