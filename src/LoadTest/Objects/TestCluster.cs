using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.KubeApi;

namespace OrleansOperator.LoadTest.Objects;

/// <summary>The requests of a load test: what users, operators at a terminal and a kubelet would ask of the API server.</summary>
internal sealed class TestCluster(IKubeApi api)
{
    /// <summary>The label of the namespaces that load tests create.</summary>
    public const string NamespaceLabel = "orleansoperator.io/load-test";

    private static readonly ResourceType s_namespaces = new("", "v1", "namespaces", "Namespace");

    private static readonly ResourceType s_nodes = new("", "v1", "nodes", "Node");

    /// <summary>The kind that is tested.</summary>
    public static ResourceType Foos { get; } = new("samplecontroller.k8s.io", "v1alpha1", "foos", "Foo");

    /// <summary>What a Foo's controller creates.</summary>
    public static ResourceType Deployments { get; } = new("apps", "v1", "deployments", "Deployment");

    /// <summary>The events of the core group, which controllers write.</summary>
    public static ResourceType Events { get; } = new("", "v1", "events", "Event");

    /// <summary>The API server.</summary>
    public IKubeApi Api => api;

    public Task<FooObject> CreateFooAsync(FooKey key, int replicas, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, Foos.CollectionPath(key.Namespace), "create", Foos, KubeJson.Default.FooObject, KubeMediaTypes.Json,
        $$$"""{"apiVersion":"{{{Foos.ApiVersion}}}","kind":"Foo","metadata":{"name":"{{{key.Name}}}"},"spec":{"deploymentName":"{{{key.Name}}}","replicas":{{{Text(replicas)}}} } }""",
        cancellationToken);

    public Task<FooObject> ScaleFooAsync(FooKey key, int replicas, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch, Foos.ObjectPath(key.Namespace, key.Name), "patch", Foos, KubeJson.Default.FooObject, KubeMediaTypes.MergePatch,
        $$$"""{"spec":{"replicas":{{{Text(replicas)}}} } }""", cancellationToken);

    public Task<KubeObject> DeleteFooAsync(FooKey key, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Delete, Foos.ObjectPath(key.Namespace, key.Name), "delete", Foos, KubeJson.Default.KubeObject, KubeMediaTypes.Json,
        """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"}""", cancellationToken);

    /// <summary>Edits a Deployment by hand.</summary>
    public Task<DeploymentObject> EditDeploymentAsync(FooKey key, int replicas, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch, Deployments.ObjectPath(key.Namespace, key.Name), "patch", Deployments, KubeJson.Default.DeploymentObject, KubeMediaTypes.MergePatch,
        $$$"""{"spec":{"replicas":{{{Text(replicas)}}} } }""", cancellationToken);

    /// <summary>Deletes a Deployment by hand.</summary>
    public Task<KubeObject> DeleteDeploymentAsync(FooKey key, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Delete, Deployments.ObjectPath(key.Namespace, key.Name), "delete", Deployments, KubeJson.Default.KubeObject, KubeMediaTypes.Json,
        """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"}""", cancellationToken);

    /// <summary>Creates a Deployment that no Foo wants, to see whether the cluster makes its replicas available.</summary>
    public Task<DeploymentObject> CreateDeploymentAsync(FooKey key, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, Deployments.CollectionPath(key.Namespace), "create", Deployments, KubeJson.Default.DeploymentObject, KubeMediaTypes.Json,
        $$$"""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{{key.Name}}}"},"spec":{"replicas":1,"selector":{"matchLabels":{"app":"{{{key.Name}}}"}},
        "template":{"metadata":{"labels":{"app":"{{{key.Name}}}"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]} } } }
        """,
        cancellationToken);

    public Task<DeploymentObject> GetDeploymentAsync(FooKey key, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Get, Deployments.ObjectPath(key.Namespace, key.Name), "get", Deployments, KubeJson.Default.DeploymentObject, KubeMediaTypes.Json, "", cancellationToken);

    /// <summary>Makes the replicas of a Deployment available, as the deployment controller reports it when pods run.</summary>
    public Task<DeploymentObject> MakeAvailableAsync(FooKey key, int replicas, long generation, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Patch, Deployments.ObjectPath(key.Namespace, key.Name, "status"), "patch", Deployments, KubeJson.Default.DeploymentObject, KubeMediaTypes.MergePatch,
        $$$"""{"status":{"observedGeneration":{{{generation.ToString(CultureInfo.InvariantCulture)}}},"replicas":{{{Text(replicas)}}},"updatedReplicas":{{{Text(replicas)}}},"readyReplicas":{{{Text(replicas)}}},"availableReplicas":{{{Text(replicas)}}},"unavailableReplicas":null}}""",
        cancellationToken);

    /// <summary>Creates a namespace for a test.</summary>
    public Task<KubeObject> CreateNamespaceAsync(string name, string test, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Post, "/api/v1/namespaces", "create", s_namespaces, KubeJson.Default.KubeObject, KubeMediaTypes.Json,
        $$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{name}}}","labels":{"{{{NamespaceLabel}}}":"{{{test}}}"} } }""", cancellationToken);

    /// <summary>Deletes a namespace with all that is in it; one that is gone is no error.</summary>
    public async Task DeleteNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Delete, "/api/v1/namespaces/" + name, "delete", s_namespaces, KubeJson.Default.KubeObject, KubeMediaTypes.Json, "", cancellationToken);
        }
        catch (KubeApiException e) when (e.IsNotFound || e.IsConflict)
        {
            // It is gone, or going.
        }
    }

    /// <summary>The namespaces that load tests have created: of one test, or of all.</summary>
    public async Task<IReadOnlyList<string>> NamespacesAsync(string? test, CancellationToken cancellationToken)
    {
        var selector = Uri.EscapeDataString(test is null ? NamespaceLabel : $"{NamespaceLabel}={test}");
        var list = await SendAsync(
            HttpMethod.Get, "/api/v1/namespaces?labelSelector=" + selector, "list", s_namespaces, KubeJson.Default.ObjectListKubeObject, KubeMediaTypes.Json, "", cancellationToken);
        return [.. (list.Items ?? []).Select(item => item.Metadata.Name)];
    }

    /// <summary>Whether the cluster has nodes. Who may not list them is taken to test a cluster that has.</summary>
    public async Task<bool> HasNodesAsync(CancellationToken cancellationToken)
    {
        try
        {
            var nodes = await SendAsync(HttpMethod.Get, "/api/v1/nodes?limit=1", "list", s_nodes, KubeJson.Default.ObjectListKubeObject, KubeMediaTypes.Json, "", cancellationToken);
            return nodes.Items is { Count: > 0 };
        }
        catch (KubeApiException e) when (e.IsForbidden || e.IsNotFound)
        {
            return e.IsForbidden;
        }
    }

    /// <summary>The version of the API server.</summary>
    public async Task<string> VersionAsync(CancellationToken cancellationToken) =>
        (await api.SendAsync(new KubeRequest(HttpMethod.Get, "/version") { Target = new RequestTarget("get", "version") }, KubeJson.Default.ServerVersion, cancellationToken)).GitVersion;

    /// <summary>Whether the API server serves Foos.</summary>
    public async Task<bool> ServesFoosAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SendAsync(HttpMethod.Get, Foos.CollectionPath() + "?limit=1", "list", Foos, KubeJson.Default.ObjectListKubeObject, KubeMediaTypes.Json, "", cancellationToken);
            return true;
        }
        catch (KubeApiException e) when (e.Code == HttpStatusCode.NotFound)
        {
            return false;
        }
    }

    private Task<T> SendAsync<T>(
        HttpMethod method, string path, string verb, ResourceType resource, JsonTypeInfo<T> result, string contentType, string body, CancellationToken cancellationToken) =>
        api.SendAsync(
            new KubeRequest(method, path) { Body = Encoding.UTF8.GetBytes(body), ContentType = contentType, Target = new RequestTarget(verb, resource.QualifiedName) },
            result, cancellationToken);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
