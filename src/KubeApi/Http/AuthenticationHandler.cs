using System.Net;
using k8s.Authentication;
using OrleansOperator.KubeApi.Credentials;

namespace OrleansOperator.KubeApi.Http;

/// <summary>
/// Signs requests. When the API server refuses the token (401) and there is a newer one, the request goes out once more: it
/// was refused before anything was done.
/// </summary>
internal sealed class AuthenticationHandler(ServiceClientCredentials credentials, ITokenProvider? tokens, HttpMessageHandler inner)
    : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await credentials.ProcessHttpRequestAsync(request, cancellationToken);
        var response = await base.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized
            || tokens is not IRefreshableTokenProvider refreshable
            || request.Headers.Authorization is not { } refused)
        {
            return response;
        }

        var answered = false;
        try
        {
            refreshable.Invalidate(refused);
            await credentials.ProcessHttpRequestAsync(request, cancellationToken);
            answered = refused.Equals(request.Headers.Authorization);
            return answered ? response : await base.SendAsync(request, cancellationToken);
        }
        finally
        {
            if (!answered)
                response.Dispose();
        }
    }
}
