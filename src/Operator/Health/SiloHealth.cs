using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Silo.Health;

/// <summary>Whether this silo is an active member of its cluster. One that was and cannot reach its membership now is degraded.</summary>
internal sealed class SiloHealth(ISiloStatusOracle membership, MembershipHealth? health = null) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Judge(membership.CurrentStatus, health?.Problems() ?? []));

    public static HealthCheckResult Judge(SiloStatus status, IReadOnlyList<string> problems) => (status, problems.Count) switch
    {
        (SiloStatus.Active, 0) => HealthCheckResult.Healthy(),
        (SiloStatus.Active, _) => HealthCheckResult.Degraded(string.Join('\n', problems)),
        (SiloStatus.Created or SiloStatus.Joining, 0) => HealthCheckResult.Unhealthy("joins its cluster"),
        (SiloStatus.Created or SiloStatus.Joining, _) => HealthCheckResult.Unhealthy(string.Join('\n', problems.Select(problem => $"waits to join its cluster: {problem}"))),
        _ => HealthCheckResult.Unhealthy($"is {status}"),
    };
}
