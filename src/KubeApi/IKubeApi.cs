using System.Text.Json.Serialization.Metadata;

namespace OrleansOperator.KubeApi;

/// <summary>The API server, as this operator uses it. Safe for concurrent use.</summary>
public interface IKubeApi
{
    /// <summary>Sends a request within this silo's limits and reads the answer as <typeparamref name="TResult"/>.</summary>
    /// <exception cref="KubeApiException">The API server answered with an error, or did not answer.</exception>
    Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken);

    /// <summary>
    /// Opens a streamed answer, for lists and watches: returns when the headers have come. Not counted in the limit on
    /// concurrent requests, because a watch lasts for minutes. The caller disposes the response.
    /// </summary>
    /// <exception cref="KubeApiException">The API server answered with an error, or did not answer.</exception>
    Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken);
}
