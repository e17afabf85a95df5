using k8s;

namespace OrleansOperator.KubeApi.Configuration;

/// <summary>An API server, the credentials for it and the proxy on the way.</summary>
/// <param name="Configuration">Server, trust and credentials. The client certificate is in its data properties.</param>
/// <param name="Proxy">The kubeconfig's <c>proxy-url</c>; null leaves it to the environment.</param>
internal sealed record KubeConnection(KubernetesClientConfiguration Configuration, Uri? Proxy = null);
