using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Http;

/// <summary>Patches and aliases that make little into much.</summary>
public sealed class GrowthTests
{
    [Fact]
    public async Task A_patch_that_copies_the_object_into_itself_is_refused()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things());
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("a", $$"""{"text":"{{new string('x', 1000)}}"}"""));
        var copies = string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"op":"copy","from":"/spec","path":"/spec/c{{i}}"}"""));
        (await cluster.SendAsync(HttpMethod.Patch, Crds.Path + "/a", $"[{copies}]", "application/json-patch+json")).AssertStatus(413);
        await cluster.AssertUnharmedAsync();
    }

    [Fact]
    public async Task Patches_do_not_nest_an_object_ever_deeper()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things());
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("a", "{}"));
        var deep = string.Concat(Enumerable.Repeat("""{"a":""", 60)) + "1" + new string('}', 60);
        var codes = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            var path = "/spec/" + string.Concat(Enumerable.Repeat("a/", 60 * i)) + "a";
            var answer = await cluster.SendAsync(HttpMethod.Patch, Crds.Path + "/a", $$"""[{"op":"add","path":"{{path}}","value":{{deep}}}]""", "application/json-patch+json");
            codes.Add(answer.Code);
            Assert.Equal(200, (await cluster.GetAsync(Crds.Path + "/a")).Code);
            Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Patch, Crds.Path + "/a", """{"metadata":{"labels":{"x":"y"}}}""", "application/merge-patch+json")).Code);
        }

        Assert.Equal([200, 200, 400, 422], codes);
    }

    [Fact]
    public async Task Patches_do_not_make_an_object_larger_than_a_request()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things());
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("a", "{}"));
        var half = new string('x', 1_700_000);
        Assert.Equal(200, (await Merge(cluster, $$"""{"spec":{"b":"{{half}}"} }""")).Code);
        (await Merge(cluster, $$"""{"spec":{"c":"{{half}}"} }""")).AssertStatus(413);
    }

    [Fact]
    public async Task Yaml_aliases_do_not_multiply()
    {
        await using var cluster = await TestCluster.StartAsync();
        var lines = new List<string> { "a0: &a0 [x,x,x,x,x,x,x,x,x,x]" };
        for (var i = 1; i < 12; i++)
            lines.Add($"a{i}: &a{i} [{string.Join(',', Enumerable.Repeat($"*a{i - 1}", 10))}]");
        (await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps, string.Join('\n', lines), "application/yaml")).AssertStatus(400);
        await cluster.AssertUnharmedAsync();
    }

    [Fact]
    public async Task The_audit_log_keeps_no_more_of_a_client_than_it_needs()
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.Http.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", new string('a', 10_000));
        await cluster.GetAsync(TestCluster.ConfigMaps + "/" + new string('b', 5000));
        await cluster.GetAsync("/api/v1/namespaces/default/configmaps/a/" + new string('c', 5000));
        var entries = (await cluster.GetAsync("/devcluster/audit")).Json["entries"]!.AsArray();
        Assert.All(entries, entry => Assert.True(entry!.ToJsonString().Length < 1000));
    }

    private static Task<Answer> Merge(TestCluster cluster, string patch) =>
        cluster.SendAsync(HttpMethod.Patch, Crds.Path + "/a", patch, "application/merge-patch+json");
}
