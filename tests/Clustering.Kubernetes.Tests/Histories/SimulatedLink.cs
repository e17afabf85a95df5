using System.Text.Json.Serialization.Metadata;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Histories;

/// <summary>A silo's way to the API server, with what the history does to it.</summary>
internal sealed class SimulatedLink(World world, Func<bool> isCut) : IKubeApi
{
    public Task<TResult> SendAsync<TResult>(KubeRequest request, JsonTypeInfo<TResult> result, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("The membership's requests tell the server's time.");

    public Task<HttpResponseMessage> OpenAsync(KubeRequest request, CancellationToken cancellationToken)
    {
        if (isCut() || world.IsApiAway)
            throw NoAnswer(request);
        if (world.Random.NextDouble() >= world.Brownout)
            return Task.FromResult(world.Api.Answer(request));

        // No answer in time; half of such requests have been done all the same.
        if (world.Random.Next(2) == 0)
            world.Api.Answer(request).Dispose();
        throw NoAnswer(request);
    }

    private static KubeApiException NoAnswer(KubeRequest request) => new("no answer", request.Target, new IOException());
}
