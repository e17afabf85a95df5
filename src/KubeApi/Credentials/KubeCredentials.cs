using System.Net.Http.Headers;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>What a request shows to the API server. Two of them are equal when nothing has changed.</summary>
/// <param name="Authorization">The Authorization header; null for none.</param>
/// <param name="Certificate">The client certificate of the connection; null for none.</param>
internal sealed record KubeCredentials(AuthenticationHeaderValue? Authorization, ClientCertificate? Certificate);
