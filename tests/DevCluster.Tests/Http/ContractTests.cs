using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Http;

/// <summary>What clients rely on and no recording shows.</summary>
public sealed class ContractTests
{
    private const string Secrets = "/api/v1/namespaces/default/secrets";

    [Theory]
    [InlineData("text/html", 406)]
    [InlineData("application/vnd.kubernetes.protobuf", 406)]
    [InlineData("application/json;as=Nonsense;v=v1;g=meta.k8s.io", 406)]
    [InlineData("application/vnd.kubernetes.protobuf, */*", 200)]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io,application/json", 200)]
    [InlineData("application/yaml", 200)]
    public async Task An_answer_comes_in_a_form_that_was_asked_for_or_not_at_all(string accept, int code)
    {
        await using var cluster = await TestCluster.StartAsync();
        cluster.Http.DefaultRequestHeaders.TryAddWithoutValidation("Accept", accept);
        Assert.Equal(code, (await cluster.GetAsync(TestCluster.ConfigMaps)).Code);

        // What cannot be answered is not done.
        Assert.Equal(code == 200 ? 201 : 406, (await cluster.CreateAsync("a")).Code);
        cluster.Http.DefaultRequestHeaders.Clear();
        Assert.Equal(code == 200 ? 200 : 404, (await cluster.GetAsync(TestCluster.ConfigMaps + "/a")).Code);
    }

    [Fact]
    public async Task A_continue_token_that_is_too_old_comes_with_one_that_goes_on()
    {
        await using var cluster = await TestCluster.StartAsync();
        for (var i = 0; i < 5; i++)
            await cluster.CreateAsync($"c{i}");
        var token = (await cluster.GetAsync(TestCluster.ConfigMaps + "?limit=2")).Json["metadata"]!["continue"]!.GetValue<string>();
        cluster.Server.Faults.CompactHistory();
        var gone = await cluster.GetAsync($"{TestCluster.ConfigMaps}?limit=2&continue={token}");
        gone.AssertStatus(410);
        var onward = gone.Json["metadata"]!["continue"]!.GetValue<string>();
        var rest = (await cluster.GetAsync($"{TestCluster.ConfigMaps}?continue={onward}")).Json["items"]!.AsArray();
        Assert.Equal(["c2", "c3", "c4"], rest.Select(item => item!["metadata"]!["name"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("resourceVersion=5&continue=TOKEN", 400)]
    [InlineData("resourceVersion=0&resourceVersionMatch=Exact", 422)]
    [InlineData("resourceVersion=1&resourceVersionMatch=Exact", 410)]
    [InlineData("resourceVersion=999999", 504)]
    [InlineData("resourceVersionMatch=Exact", 422)]
    [InlineData("watch=true&sendInitialEvents=true", 422)]
    [InlineData("watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&resourceVersion=999999", 504)]
    public async Task Versions_that_make_no_sense_are_refused(string query, int code)
    {
        await using var cluster = await TestCluster.StartAsync();
        (await cluster.GetAsync($"{TestCluster.ConfigMaps}?{query}")).AssertStatus(code);
    }

    [Theory]
    [InlineData("/api/v1/pods?fieldSelector=status.phase%3DRunning", 200)]
    [InlineData("/api/v1/namespaces?fieldSelector=status.phase%3DActive", 200)]
    [InlineData("/api/v1/secrets?fieldSelector=type%3DOpaque", 200)]
    [InlineData("/api/v1/pods?fieldSelector=spec.none%3D1", 400)]
    [InlineData("/api/v1/configmaps?fieldSelector=data.a%3D1", 400)]
    [InlineData(Crds.Path + "?fieldSelector=spec.color%3Dred", 200)]
    [InlineData(Crds.Path + "?fieldSelector=spec.size%3D1", 400)]
    public async Task Kinds_and_crds_say_by_which_fields_they_are_selected(string path, int code)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync(Crds.Things("""{"type":"object","properties":{"color":{"type":"string"} } }""", version: ""","selectableFields":[{"jsonPath":".spec.color"}]"""));
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("red", """{"color":"red"}"""));
        await cluster.SendAsync(HttpMethod.Post, Crds.Path, Crds.Thing("blue", """{"color":"blue"}"""));
        var answer = await cluster.GetAsync(path);
        Assert.Equal(code, answer.Code);
        if (code == 200 && path.StartsWith(Crds.Path, StringComparison.Ordinal))
            Assert.Equal("red", Assert.Single(answer.Json["items"]!.AsArray())!["metadata"]!["name"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("?dryRun=All", null)]
    [InlineData("", """{"kind":"DeleteOptions","apiVersion":"v1","dryRun":["All"]}""")]
    public async Task A_dry_deletion_deletes_nothing(string query, string? body)
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.CreateAsync("a");
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + "/a" + query, body)).Code);
        Assert.Equal(200, (await cluster.SendAsync(HttpMethod.Delete, TestCluster.ConfigMaps + query, body)).Code);
        Assert.Equal(200, (await cluster.GetAsync(TestCluster.ConfigMaps + "/a")).Code);
        Assert.DoesNotContain(cluster.Server.Audit.Writes, entry => entry.Verb.StartsWith("delete", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_dry_run_creates_has_no_version_and_is_not_there()
    {
        await using var cluster = await TestCluster.StartAsync();
        var dry = await cluster.SendAsync(HttpMethod.Post, TestCluster.ConfigMaps + "?dryRun=All", TestCluster.ConfigMap("a"));
        Assert.Equal(201, dry.Code);
        Assert.Null(dry.Json["metadata"]!["resourceVersion"]);
        Assert.Equal(404, (await cluster.GetAsync(TestCluster.ConfigMaps + "/a")).Code);
    }

    [Theory]
    [InlineData("configmaps", """{"data":{"a":"2"},"immutable":true}""", "data: Forbidden")]
    [InlineData("configmaps", """{"data":{"a":"MQ=="}}""", "immutable: Forbidden")]
    [InlineData("secrets", """{"data":{"a":"Mg=="},"immutable":true}""", "data: Forbidden")]
    public async Task What_is_sealed_stays_as_it_is(string plural, string change, string says)
    {
        await using var cluster = await TestCluster.StartAsync();
        var path = $"/api/v1/namespaces/default/{plural}";
        Assert.Equal(201, (await cluster.SendAsync(HttpMethod.Post, path, """{"metadata":{"name":"a"},"data":{"a":"MQ=="},"immutable":true}""")).Code);
        var body = JsonNode.Parse(change)!;
        body["metadata"] = new JsonObject { ["name"] = "a" };
        var answer = await cluster.SendAsync(HttpMethod.Put, path + "/a", body.ToJsonString());
        answer.AssertStatus(422);
        Assert.Contains(says, answer.Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task String_data_of_a_secret_ends_up_in_its_data()
    {
        await using var cluster = await TestCluster.StartAsync();
        var created = (await cluster.SendAsync(HttpMethod.Post, Secrets, """{"metadata":{"name":"a"},"stringData":{"k":"hello"}}""")).Json;
        Assert.Equal("aGVsbG8=", created["data"]!["k"]!.GetValue<string>());
        Assert.Null(created["stringData"]);
        (await cluster.SendAsync(HttpMethod.Post, Secrets, """{"metadata":{"name":"b"},"data":{"k":"%%"}}""")).AssertStatus(400);
    }

    [Fact]
    public async Task Some_deletions_are_never_allowed()
    {
        await using var cluster = await TestCluster.StartAsync();
        (await cluster.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default")).AssertStatus(403);
        (await cluster.SendAsync(HttpMethod.Delete, "/api/v1/configmaps")).AssertStatus(405);
    }

    [Fact]
    public async Task Both_event_apis_are_over_one_store()
    {
        await using var cluster = await TestCluster.StartAsync();
        const string events = "/apis/events.k8s.io/v1/namespaces/default/events";
        await cluster.SendAsync(HttpMethod.Post, events, """
            {"metadata":{"name":"e"},"eventTime":"2026-01-01T00:00:00.000000Z","reportingController":"c","reportingInstance":"i","action":"a",
             "reason":"r","type":"Normal","note":"hi","regarding":{"kind":"Foo","name":"f","namespace":"default"} }
            """);
        Assert.Equal("hi", (await cluster.GetAsync("/api/v1/namespaces/default/events/e")).Json["message"]!.GetValue<string>());
        await cluster.SendAsync(HttpMethod.Patch, "/api/v1/namespaces/default/events/e", """{"message":"ho","count":2}""", "application/merge-patch+json");
        var now = (await cluster.GetAsync(events + "/e")).Json;
        Assert.Equal(("ho", 2), (now["note"]!.GetValue<string>(), now["deprecatedCount"]!.GetValue<int>()));
    }
}
