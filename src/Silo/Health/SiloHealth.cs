using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace OrleansOperator.Silo.Health;

/// <summary>Whether this silo is an active member of its cluster.</summary>
internal sealed class SiloHealth(ILocalSiloDetails silo, ISiloStatusOracle membership) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var status = membership.CurrentStatus;
        return Task.FromResult(status == SiloStatus.Active
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"silo {silo.SiloAddress.Endpoint} is {status}"));
    }
}
