namespace OrleansOperator.KubeApi.Credentials;

/// <summary>A source gives no credentials. The message is one line that says why.</summary>
internal sealed class CredentialException(string message, Exception? inner = null) : Exception(message, inner);
