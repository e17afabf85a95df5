using System.Text;
using CsCheck;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Http;

public sealed class FuzzTests
{
    private static readonly Gen<string> Part = Gen.OneOf(
        Among("api", "apis", "v1", "apps", "namespaces", "default", "configmaps", "deployments", "scale", "status", "a", "openapi", "v3", "%00", "%2F"),
        Gen.String[Gen.Char.AlphaNumeric, 0, 8]);

    private static readonly Gen<string> Query = Gen.Select(
        Among("labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "resourceVersionMatch", "dryRun", "fieldManager", "force"),
        Gen.OneOf(Gen.String[0, 12], Among("-1", "0", "99999999999999999999", "a in (", "All", "true", "NotOlderThan")))
        .Select((name, value) => $"{name}={Escape(value)}");

    private static readonly Gen<string> Body = Gen.OneOf(
        Gen.String[0, 40],
        Among("{}", "[]", "null", "1", "{\"metadata\":1}", "{\"metadata\":{\"name\":1}}", "{\"metadata\":{\"labels\":[]}}", "{\"spec\":null}",
            "{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":[]}", "{\"apiVersion\":1,\"kind\":{}}",
            "[{\"op\":\"add\",\"path\":\"/metadata\",\"value\":1}]", "[{\"op\":\"remove\",\"path\":\"\"}]", "[{\"op\":\"move\",\"from\":\"\",\"path\":\"/a/b\"}]",
            "[1,null]", "{\"metadata\":null}", "{\"kind\":null}", "{\"metadata\":{\"ownerReferences\":[1],\"finalizers\":{}}}", "{\"a\":1,\"a\":2}",
            "{\"$retainKeys\":[1]}", "{\"metadata\":{\"finalizers\":[null,1]}}", "{\"metadata\":{\"managedFields\":[1]}}"));

    private static readonly Gen<string> Type = Among(
        "application/json", "application/yaml", "application/merge-patch+json", "application/json-patch+json",
        "application/strategic-merge-patch+json", "application/apply-patch+yaml", "text/plain");

    [Fact]
    public async Task Random_requests_get_a_status_and_never_an_internal_error()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync("a");
        var path = Gen.OneOf(
            Part.Array[1, 7].Select(parts => "/" + string.Join('/', parts).TrimStart('/')),
            Among(TestCluster.ConfigMaps, TestCluster.ConfigMaps + "/a", "/apis/apps/v1/namespaces/default/deployments"));
        await Gen.Select(Among("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"), path, Query.Array[0, 3], Body, Type).SampleAsync(
            async (method, at, query, body, type) =>
            {
                var answer = await cluster.SendAsync(new HttpMethod(method), $"{at}?{string.Join('&', query)}", method == "GET" ? null : body, type);

                // Some 500s are the real server's own, such as that of a resourceVersion that is no number: they have no such reason.
                if (answer.Code >= 500 && answer.Json["reason"]?.GetValue<string>() == "InternalError")
                    Assert.Fail($"{method} {at}?{string.Join('&', query)} {type} {body}: {answer.Code} {answer.Body}");
            },
            iter: 1000, threads: 1);
        await cluster.AssertUnharmedAsync();
    }

    private static Gen<string> Among(params string[] choices) => Gen.Int[0, choices.Length - 1].Select(i => choices[i]);

    private static string Escape(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b => $"%{b:X2}"));
}
