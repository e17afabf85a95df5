using System.Text.Json.Nodes;
using OrleansOperator.DevCluster;

namespace OrleansOperator.ManifestGeneration.Tests.Support;

/// <summary>What an API server makes of manifests.</summary>
internal static class Cluster
{
    /// <summary>The object at a path after some manifests were applied.</summary>
    public static async Task<JsonObject> ApplyAsync(string manifests, string path)
    {
        var token = TestContext.Current.CancellationToken;
        await using var server = await DevClusterServer.StartAsync(new DevClusterOptions { PlainHttp = true, Loops = false }, token);
        await server.ApplyAsync(manifests, token);
        using var client = server.CreateHttpClient();
        return JsonNode.Parse(await client.GetStringAsync(path, token))!.AsObject();
    }

    /// <summary>The CRD as it is stored.</summary>
    public static Task<JsonObject> ApplyCrdAsync(string manifests, string name) =>
        ApplyAsync(manifests, $"/apis/apiextensions.k8s.io/v1/customresourcedefinitions/{name}");
}
