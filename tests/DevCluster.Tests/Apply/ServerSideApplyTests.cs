using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Apply;

public sealed class ServerSideApplyTests
{
    private const string Deployments = "/apis/apps/v1/namespaces/default/deployments";

    [Fact]
    public async Task Lists_of_built_in_kinds_are_shared_item_by_item()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Apply(cluster, "one", """[{"name":"c","image":"i","env":[{"name":"A","value":"1"}],"ports":[{"containerPort":80},{"containerPort":80,"protocol":"UDP"}]}]""");
        var both = await Apply(cluster, "two", """[{"name":"c","env":[{"name":"B","value":"2"}]},{"name":"side","image":"s"}]""");
        Assert.Equal(200, both.Code);
        Assert.Equal(["A", "B"], Names(Container(both, 0)["env"]));
        Assert.Equal(["c", "side"], Names(Pod(both)["containers"]));

        // The first gives up its variable and one of its ports, and keeps the other.
        var after = await Apply(cluster, "one", """[{"name":"c","image":"i","ports":[{"containerPort":80}]}]""");
        Assert.Equal(["B"], Names(Container(after, 0)["env"]));
        Assert.Equal("TCP", Assert.Single(Container(after, 0)["ports"]!.AsArray())!["protocol"]!.GetValue<string>());
        Assert.Equal(["c"], Names(Pod(await Apply(cluster, "two", """[{"name":"c"}]"""))["containers"]));
    }

    [Fact]
    public async Task What_has_nothing_left_in_it_goes()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Apply(cluster, "one", """[{"name":"c","image":"i"}]""", ""","volumes":[{"name":"v","emptyDir":{}}]""");
        Assert.Null(Pod(await Apply(cluster, "one", """[{"name":"c","image":"i"}]"""))["volumes"]);
    }

    [Fact]
    public async Task Force_takes_a_field_over_and_its_owner_may_leave_it_there()
    {
        await using var cluster = await TestCluster.StartAsync();
        await Apply(cluster, "one", """[{"name":"c","image":"i"}]""");
        var conflict = await Apply(cluster, "two", """[{"name":"c","image":"j"}]""");
        conflict.AssertStatus(409);
        Assert.Equal("""Apply failed with 1 conflict: conflict with "one": .spec.template.spec.containers[name="c"].image""", conflict.Json["message"]!.GetValue<string>());
        Assert.Equal("j", Container(await Apply(cluster, "two", """[{"name":"c","image":"j"}]""", force: true), 0)["image"]!.GetValue<string>());
        Assert.Equal("j", Container(await Apply(cluster, "one", """[{"name":"c"}]"""), 0)["image"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("", """{"spec":{"n":1}}""")]
    [InlineData("/status", """{"status":{"phase":"A"}}""")]
    public async Task Nobody_owns_what_the_request_may_not_set(string subresource, string owned)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things());
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("a", "{}"));
        var answer = await cluster.SendAsync(HttpMethod.Patch, $"{Crds.Path}/a{subresource}?fieldManager=m",
            """{"apiVersion":"example.com/v1","kind":"Thing","spec":{"n":1},"status":{"phase":"A"}}""", "application/apply-patch+yaml");
        Assert.Equal(200, answer.Code);
        var expected = JsonNode.Parse(owned)!.AsObject();
        foreach (var field in new[] { "spec", "status" })
            Assert.True(JsonNode.DeepEquals(expected[field] ?? (field == "spec" ? new JsonObject() : null), answer.Json[field]), answer.Body);
        var entry = Assert.Single(answer.Json["metadata"]!["managedFields"]!.AsArray(), e => e!["operation"]!.GetValue<string>() == "Apply");
        Assert.Equal(["f:" + (subresource.Length == 0 ? "spec" : "status")], entry!["fieldsV1"]!.AsObject().Select(pair => pair.Key));
    }

    [Fact]
    public async Task Applies_and_patches_of_many_at_once_all_succeed()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync("a");
        var writes = Enumerable.Range(0, 40).Select(i => i % 2 == 0
            ? cluster.SendAsync(HttpMethod.Patch, $"{TestCluster.ConfigMaps}/a?fieldManager=m{i}", $$$"""{"apiVersion":"v1","kind":"ConfigMap","data":{"k{{{i}}}":"v"}}""", "application/apply-patch+yaml")
            : cluster.SendAsync(HttpMethod.Patch, $"{TestCluster.ConfigMaps}/a", $$$"""{"data":{"k{{{i}}}":"v"}}""", "application/merge-patch+json"));
        Assert.All(await Task.WhenAll(writes), answer => Assert.Equal(200, answer.Code));
        Assert.Equal(41, (await cluster.GetAsync(TestCluster.ConfigMaps + "/a")).Json["data"]!.AsObject().Count);
    }

    private static Task<Answer> Apply(TestCluster cluster, string manager, string containers, string more = "", bool force = false) =>
        cluster.SendAsync(HttpMethod.Patch, $"{Deployments}/d?fieldManager={manager}&force={(force ? "true" : "false")}", $$$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"} },
             "template":{"metadata":{"labels":{"a":"b"} },"spec":{"containers":{{{containers}}}{{{more}}} } } } }
            """, "application/apply-patch+yaml");

    private static JsonNode Pod(Answer answer) => answer.Json["spec"]!["template"]!["spec"]!;

    private static JsonNode Container(Answer answer, int index) => Pod(answer)["containers"]![index]!;

    private static IEnumerable<string> Names(JsonNode? list) => list!.AsArray().Select(item => item!["name"]!.GetValue<string>());
}
