namespace OrleansOperator.KubeApi.Tests.Support;

internal static class KubeconfigText
{
    /// <summary>A kubeconfig with one context, <c>here</c>; <paramref name="cluster"/> and <paramref name="user"/> are YAML flow mappings.</summary>
    public static string For(Uri server, string user = "{}", string cluster = "") => $$"""
        apiVersion: v1
        kind: Config
        current-context: here
        contexts:
        - name: here
          context: {cluster: here, user: me, namespace: shop}
        clusters:
        - name: here
          cluster: {server: "{{server}}", {{cluster}}}
        users:
        - name: me
          user: {{user}}
        """;
}
