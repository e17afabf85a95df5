using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Silo.Health;

/// <summary>Whether the feeds of this silo have delivered their first lists.</summary>
internal sealed class FeedHealth(IngestReadiness readiness) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var problems = readiness.Problems();
        return Task.FromResult(problems.Count == 0 ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy(string.Join("; ", problems)));
    }
}
