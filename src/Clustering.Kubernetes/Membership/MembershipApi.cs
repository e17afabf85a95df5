using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Membership;

/// <summary>The API server as the membership uses it: each answer also tells its time, and that it was reached.</summary>
internal sealed class MembershipApi(IKubeApi api, ServerClock serverClock, ApiContact contact, TimeProvider clock)
{
    /// <summary>How long the body of an answer may take, which comes right behind the headers.</summary>
    private static readonly TimeSpan BodyLimit = TimeSpan.FromSeconds(30);

    /// <summary>The API server's clock.</summary>
    public ServerClock Clock => serverClock;

    /// <summary>Since when the API server is reached.</summary>
    public ApiContact Contact => contact;

    /// <summary>Sends a request and reads the answer.</summary>
    /// <param name="request">The request.</param>
    /// <param name="result">The type of the answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="over">The connections to use; null for the usual ones.</param>
    /// <exception cref="KubeApiException">The API server answered with an error, or did not answer.</exception>
    public async Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken, IKubeApi? over = null)
    {
        var sent = clock.GetUtcNow();
        using var response = await (over ?? api).OpenAsync(request, cancellationToken);
        if (response.Headers.Date is { } date)
            serverClock.Observe(date, sent, clock.GetUtcNow());
        using var limit = new CancellationTokenSource(BodyLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            await using var body = await response.Content.ReadAsStreamAsync(either.Token);
            var answer = await JsonSerializer.DeserializeAsync(body, result, either.Token) ?? throw new JsonException("the answer is null");
            contact.Reached();
            return answer;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or JsonException
            || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new KubeApiException($"{request.Method} {request.Path.Split('?')[0]}: the answer could not be read: {e.Message}", request.Target, e);
        }
    }
}
