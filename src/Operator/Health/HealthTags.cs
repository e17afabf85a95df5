namespace OrleansOperator.Silo.Health;

/// <summary>Which probe a health check belongs to.</summary>
internal static class HealthTags
{
    /// <summary>/healthz: restart the container when it fails.</summary>
    public const string Live = "live";

    /// <summary>/readyz: the silo is active and its feeds have delivered their first lists.</summary>
    public const string Ready = "ready";
}
