using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Conversion;

/// <summary>Custom resources of several versions: conversion None, and conversion by a webhook.</summary>
public sealed class ConversionTests
{
    private const string V1 = "/apis/example.com/v1/namespaces/default/gadgets";
    private const string V2 = "/apis/example.com/v2/namespaces/default/gadgets";

    [Fact]
    public async Task Conversion_None_renames_the_version_and_changes_nothing_else()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crd("""{"strategy":"None"}"""));
        Assert.Equal(201, (await CreateAsync(cluster, V2, "v2", """{"size":3}""")).Code);
        var read = (await cluster.GetAsync(V1 + "/a")).Json;
        Assert.Equal("example.com/v1", read["apiVersion"]!.GetValue<string>());
        Assert.Equal("""{"size":3}""", read["spec"]!.ToText());
    }

    [Fact]
    public async Task A_webhook_converts_what_is_stored_and_what_is_read()
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        Answer(hooks, obj =>
        {
            // Version 2 counts in tens.
            var size = obj["spec"]!["size"]!.GetValue<int>();
            obj["spec"]!["size"] = obj["apiVersion"]!.GetValue<string>() == "example.com/v1" ? size / 10 : size * 10;
            obj["metadata"]!["annotations"] = new JsonObject { ["converted"] = "yes" };
            obj["metadata"]!["finalizers"] = new JsonArray("example.com/not-taken");
        });
        await cluster.ApplyAsync(Crd(Webhook(hooks)));

        var created = await CreateAsync(cluster, V2, "v2", """{"size":3}""");
        Assert.True(created.Code == 201, created.Body);
        Assert.Equal("""{"size":3}""", created.Json["spec"]!.ToText());
        Assert.Equal("example.com/v2", created.Json["apiVersion"]!.GetValue<string>());
        var stored = (await cluster.GetAsync(V1 + "/a")).Json;
        Assert.Equal("""{"size":30}""", stored["spec"]!.ToText());
        Assert.Equal("yes", stored["metadata"]!["annotations"]!["converted"]!.GetValue<string>());
        Assert.Null(stored["metadata"]!["finalizers"]);
        var list = (await cluster.GetAsync(V2)).Json["items"]!.AsArray();
        Assert.Equal("""{"size":3}""", Assert.Single(list)!["spec"]!.ToText());
    }

    [Theory]
    [InlineData("fails", "failed: no idea")]
    [InlineData("version", "returned invalid converted object at index 0: invalid groupVersion (expected example.com/v1, received example.com/v2)")]
    [InlineData("name", "returned invalid converted object at index 0: must have the same name: b != a")]
    [InlineData("none", "returned 0 objects, expected 1")]
    [InlineData("uid", "failed: expected response.uid=")]
    [InlineData("nonsense", "failed: couldn't get version/kind; json parse error: ")]
    [InlineData("error", "failed: an error on the server (\"unknown\") has prevented the request from succeeding")]
    public async Task A_webhook_that_fails_or_answers_nonsense_fails_the_request(string fault, string why)
    {
        await using var hooks = await WebhookServer.StartAsync();
        await using var cluster = await TestCluster.StartAsync();
        hooks.AnswerRaw("/convert", async (http, review) =>
        {
            var obj = review["request"]!["objects"]![0]!.DeepClone();
            if (fault != "version")
                obj["apiVersion"] = review["request"]!["desiredAPIVersion"]!.DeepClone();
            if (fault == "name")
                obj["metadata"]!["name"] = "b";
            var response = new JsonObject
            {
                ["uid"] = fault == "uid" ? "other" : review["request"]!["uid"]!.DeepClone(),
                ["convertedObjects"] = fault == "none" ? [] : new JsonArray(obj),
                ["result"] = fault == "fails" ? new JsonObject { ["status"] = "Failure", ["message"] = "no idea" } : new JsonObject { ["status"] = "Success" },
            };
            http.Response.StatusCode = fault == "error" ? 500 : 200;
            if (fault != "error")
                await http.Response.WriteAsync(fault == "nonsense" ? "<html>" : Review(response));
        });
        await cluster.ApplyAsync(Crd(Webhook(hooks)));

        var failed = await CreateAsync(cluster, V2, "v2", """{"size":3}""");

        failed.AssertStatus(500);
        Assert.StartsWith("conversion webhook for example.com/v2, Kind=Gadget " + why, failed.Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
        await cluster.AssertUnharmedAsync();
    }

    private static void Answer(WebhookServer hooks, Action<JsonNode> convert) => hooks.AnswerRaw("/convert", (http, review) =>
    {
        var obj = review["request"]!["objects"]![0]!.DeepClone();
        convert(obj);
        obj["apiVersion"] = review["request"]!["desiredAPIVersion"]!.DeepClone();
        return http.Response.WriteAsync(Review(new JsonObject
        {
            ["uid"] = review["request"]!["uid"]!.DeepClone(),
            ["convertedObjects"] = new JsonArray(obj),
            ["result"] = new JsonObject { ["status"] = "Success" },
        }));
    });

    private static string Review(JsonObject response) =>
        new JsonObject { ["apiVersion"] = "apiextensions.k8s.io/v1", ["kind"] = "ConversionReview", ["response"] = response }.ToJsonString();

    private static Task<Answer> CreateAsync(TestCluster cluster, string path, string version, string spec) => cluster.SendAsync(
        HttpMethod.Post, path, $$"""{"apiVersion":"example.com/{{version}}","kind":"Gadget","metadata":{"name":"a"},"spec":{{spec}} }""");

    private static string Webhook(WebhookServer hooks) => $$"""
        {"strategy":"Webhook","webhook":{"conversionReviewVersions":["v1"],"clientConfig":{"url":"{{hooks.Url.ToString().TrimEnd('/')}}/convert","caBundle":"{{hooks.CaBundle}}"} } }
        """;

    private static string Crd(string conversion) => $$"""
        {"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","metadata":{"name":"gadgets.example.com"},"spec":{
          "group":"example.com","scope":"Namespaced","names":{"plural":"gadgets","singular":"gadget","kind":"Gadget","listKind":"GadgetList"},
          "versions":[{{Version("v1", storage: true)}},{{Version("v2", storage: false)}}],"conversion":{{conversion}} } }
        """;

    private static string Version(string name, bool storage) => $$"""
        {"name":"{{name}}","served":true,"storage":{{(storage ? "true" : "false")}},"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{"type":"object","properties":{"size":{"type":"integer"} } } } } } }
        """;
}
