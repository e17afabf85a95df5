using System.Net.Http.Headers;
using k8s.Authentication;

namespace OrleansOperator.KubeApi.Credentials;

/// <summary>A token provider that can be told that the API server refused its token.</summary>
internal interface IRefreshableTokenProvider : ITokenProvider
{
    /// <summary>Forgets <paramref name="refused"/>, if it is still the newest, so that the next call gets a new token.</summary>
    void Invalidate(AuthenticationHeaderValue refused);
}
