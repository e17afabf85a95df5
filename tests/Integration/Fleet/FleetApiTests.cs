using System.Net;
using System.Text.Json.Nodes;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Fleet;

/// <summary>The JSON under <c>/api</c> of the admin address: what a silo shows of its Foos.</summary>
public sealed class FleetApiTests(OperatorFixture fixture)
{
    [Fact]
    public async Task A_ready_Foo_is_listed_with_its_columns()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 2);
        await client.ReadyFoo("foo");

        var list = await ListWhere(client, "", list => Only(list)["state"]!.GetValue<string>() == "ready", "shows the Foo ready");

        var foo = Only(list);
        Assert.Equal(("foo", "Foo", client.Namespace, "foo"), (Text(foo, "controller"), Text(foo, "kind"), Text(foo, "namespace"), Text(foo, "name")));
        Assert.Equal(("True", "DeploymentAvailable"), (Text(foo, "ready"), Text(foo, "reason")));
        Assert.Equal("""{"desired":2,"available":2}""", foo["columns"]!.ToJsonString());
        Assert.NotEmpty(Text(foo, "silo"));
        Assert.True(foo["lastReconcileSeconds"]!.GetValue<double>() > 0);
    }

    [Fact]
    public async Task A_Foo_that_fails_is_listed_with_its_reason_failures_and_next_attempt()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateDeploymentAsync(
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"taken"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        await client.CreateFooAsync("foo", "taken", 1);

        var list = await ListWhere(client, "&state=failing", list => list["items"]!.AsArray().Count == 1 && Only(list)["nextAttempt"] is not null, "shows the Foo failing");

        Assert.Equal("ErrResourceExists", Text(Only(list), "reason"));
        Assert.True(Only(list)["failures"]!.GetValue<int>() > 0);
        Assert.Equal(1, list["counts"]!["failing"]!.GetValue<int>());
    }

    [Fact]
    public async Task The_decisions_for_a_Foo_are_shown_with_what_was_written_and_answered()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "web", 2);
        await client.ReadyFoo("foo");

        var detail = await Eventually.Holds(
            () => GetAsync($"/api/objects/foo/{client.Namespace}/foo"), detail => detail["runs"]!.AsArray().Count > 0, "a reconcile is shown");

        var first = detail["runs"]!.AsArray()[^1]!["steps"]!.AsArray()[0]!;
        Assert.Equal(("Create Deployment web with 2 replicas", "The Foo has never been reconciled"), (Text(first, "plan"), Text(first, "why")));
        var request = Assert.Single(first["requests"]!.AsArray())!;
        Assert.Equal(("POST", $"/apis/apps/v1/namespaces/{client.Namespace}/deployments"), (Text(request, "method"), Text(request, "path")));
        Assert.Equal(2, request["body"]!["spec"]!["replicas"]!.GetValue<int>());
        Assert.False(request["failed"]!.GetValue<bool>());
        Assert.StartsWith("resourceVersion ", Text(request, "answer"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_is_followed_by_the_next()
    {
        using var client = await fixture.NamespaceAsync();
        foreach (var name in (string[])["a", "b", "c"])
            await client.CreateFooAsync(name, name, 1);
        await ListWhere(client, "", list => list["matched"]!.GetValue<int>() == 3, "shows three Foos");

        var names = new List<string>();
        var after = "";
        do
        {
            var page = await GetAsync($"/api/objects?namespace={client.Namespace}&sort=name&limit=2{after}");
            names.AddRange(page["items"]!.AsArray().Select(item => Text(item!, "name")));
            after = page["next"] is { } next ? $"&after={next.GetValue<string>()}" : "";
        }
        while (after.Length > 0);

        Assert.Equal(["a", "b", "c"], names);
    }

    [Fact]
    public async Task A_Foo_that_nobody_holds_is_not_found()
    {
        var (code, text) = await fixture.Operator.GetAsync("/api/objects/foo/default/no-such-foo", admin: true);

        Assert.Equal((HttpStatusCode.NotFound, "No silo holds an object default/no-such-foo of controller foo."), (code, Text(JsonNode.Parse(text)!, "error")));
    }

    [Fact]
    public async Task A_bad_parameter_is_named()
    {
        var (code, text) = await fixture.Operator.GetAsync("/api/objects?state=bad", admin: true);

        Assert.Equal(HttpStatusCode.BadRequest, code);
        Assert.StartsWith("The parameter state is 'bad'", Text(JsonNode.Parse(text)!, "error"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_silo_is_shown_with_its_share_feeds_and_memory()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");

        var silo = Assert.Single((await GetAsync("/api/silos"))["items"]!.AsArray())!;

        Assert.True(silo["counts"]!["total"]!.GetValue<int>() > 0);
        Assert.Equal(["deployments.apps", "foos.samplecontroller.k8s.io"], silo["feeds"]!.AsArray().Select(feed => Text(feed!, "id")));
        Assert.All(silo["feeds"]!.AsArray(), feed => Assert.Null(feed!["notReady"]));
        Assert.True(silo["residentBytes"]!.GetValue<long>() > silo["heapBytes"]!.GetValue<long>());
    }

    [Fact]
    public async Task The_probe_address_does_not_serve_it() =>
        Assert.Equal(HttpStatusCode.NotFound, (await fixture.Operator.GetAsync("/api/objects")).Code);

    private static JsonObject Only(JsonObject list) => Assert.Single(list["items"]!.AsArray())!.AsObject();

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private async Task<JsonObject> GetAsync(string path)
    {
        var (code, text) = await fixture.Operator.GetAsync(path, admin: true);
        Assert.True(code == HttpStatusCode.OK, text);
        return JsonNode.Parse(text)!.AsObject();
    }

    private Task<JsonObject> ListWhere(ClusterClient client, string query, Func<JsonObject, bool> holds, string what) =>
        Eventually.Holds(() => GetAsync($"/api/objects?namespace={client.Namespace}{query}"), list => list["items"]!.AsArray().Count > 0 && holds(list), "the list " + what);
}
