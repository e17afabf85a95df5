namespace OrleansOperator.DevCluster.Schemas;

/// <summary>A schema cannot be used; the message says which part of it.</summary>
internal sealed class SchemaException(string message) : Exception(message);
