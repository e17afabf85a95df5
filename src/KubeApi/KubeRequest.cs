namespace OrleansOperator.KubeApi;

/// <summary>One request to the API server.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Absolute path and query.</param>
public sealed record KubeRequest(HttpMethod Method, string Path)
{
    /// <summary>The body, if any: UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Media type of the body, such as <see cref="KubeMediaTypes.MergePatch"/>.</summary>
    public string ContentType { get; init; } = KubeMediaTypes.Json;

    /// <summary>Who goes first when this silo's request limit is reached.</summary>
    public RequestPriority Priority { get; init; } = RequestPriority.Fresh;

    /// <summary>What the request is about, for errors and metrics: the verb and the resource.</summary>
    public RequestTarget Target { get; init; }
}
