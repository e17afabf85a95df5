using Microsoft.Extensions.Diagnostics.HealthChecks;
using OrleansOperator.KubeApi.Access;

namespace OrleansOperator.Silo.Health;

/// <summary>
/// Whether the operator has the permissions that it needs. Missing ones without which some object is not reconciled, or the silo
/// is no full member of its cluster, keep it from being ready; others degrade it.
/// </summary>
internal sealed class PermissionHealth(AccessMonitor access) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Judge(access.HasAsked, access.Missing));

    public static HealthCheckResult Judge(bool hasAsked, IReadOnlyCollection<PermissionGap> missing)
    {
        if (missing.Count > 0)
        {
            var reasons = string.Join('\n', PermissionGap.Describe(missing));
            return missing.Any(gap => gap.Need == PermissionNeed.Required) ? HealthCheckResult.Unhealthy(reasons) : HealthCheckResult.Degraded(reasons);
        }

        return hasAsked ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy("the API server has not yet said what this operator may do");
    }
}
