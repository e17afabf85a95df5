namespace OrleansOperator.LoadTest.CommandLine;

/// <summary>Something that the user can remedy: the message is one line that names the option and the remedy.</summary>
internal sealed class UsageException(string message) : Exception(message);
