namespace OrleansOperator.DevCluster.Patches;

/// <summary>A patch cannot be applied.</summary>
internal sealed class PatchException(string message) : Exception(message);
