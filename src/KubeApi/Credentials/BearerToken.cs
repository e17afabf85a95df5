using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>Bearer tokens in files.</summary>
internal static class BearerToken
{
    /// <summary>The token in a file that someone else renews, as the kubelet does for a service account.</summary>
    public static ReloadedFile<AuthenticationHeaderValue> In(string file, TimeProvider time, ILogger logger) => new(
        [file],
        texts => texts[0].Trim() is { Length: > 0 } token
            ? new AuthenticationHeaderValue("Bearer", token)
            : throw new CredentialException($"the token file {file} is empty"),
        time,
        logger);
}
