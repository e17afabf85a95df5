namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>An expression uses what is not supported here, or cannot be evaluated.</summary>
internal sealed class CelException(string message) : Exception(message);
