namespace OrleansOperator.DevCluster;

/// <summary>The command cannot do what it was asked to; the message is one line for the user, with the option and the remedy.</summary>
internal sealed class UsageException(string message) : Exception(message);
