using System.Text.Json.Nodes;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Foos;

/// <summary>What a Foo gets, seen from the API server: the specification, row by row.</summary>
public sealed class FooLifecycleTests(OperatorFixture fixture)
{
    [Fact]
    public async Task Row_1_a_new_Foo_gets_its_Deployment()
    {
        using var client = await fixture.NamespaceAsync();
        var foo = await client.CreateFooAsync("one", "one-deployment", 3);

        var deployment = await client.DeploymentWhere("one-deployment", _ => true, "is made");

        var owner = Assert.Single(deployment["metadata"]!["ownerReferences"]!.AsArray())!;
        Assert.Equal(("Foo", "one", true, true), (owner["kind"]!.GetValue<string>(), owner["name"]!.GetValue<string>(), owner["controller"]!.GetValue<bool>(), owner["blockOwnerDeletion"]!.GetValue<bool>()));
        Assert.Equal(ClusterClient.Uid(foo), ClusterClient.ControllerUid(deployment));
        Assert.Equal(3, deployment["spec"]!["replicas"]!.GetValue<int>());
        var expected = JsonNode.Parse("""{"app":"nginx","controller":"one"}""");
        Assert.True(JsonNode.DeepEquals(expected, deployment["spec"]!["selector"]!["matchLabels"]));
        Assert.True(JsonNode.DeepEquals(expected, deployment["spec"]!["template"]!["metadata"]!["labels"]));
        var container = Assert.Single(deployment["spec"]!["template"]!["spec"]!["containers"]!.AsArray())!;
        Assert.Equal(("nginx", "nginx:latest"), (container["name"]!.GetValue<string>(), container["image"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Row_2_the_Deployment_follows_the_replicas()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");

        await client.PatchFooAsync("foo", """{"spec":{"replicas":4}}""");

        await client.DeploymentWhere("foo", d => d["spec"]!["replicas"]!.GetValue<int>() == 4, "has four replicas");
        var ready = await client.ReadyFoo("foo");
        Assert.Equal(4, ready["status"]!["availableReplicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Row_3_without_replicas_the_Deployment_is_made_with_one_and_they_are_left_to_others()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", null);
        await client.ReadyFoo("foo");
        Assert.Equal(1, (await client.GetDeploymentAsync("foo"))!["spec"]!["replicas"]!.GetValue<int>());

        await client.PatchDeploymentAsync("foo", """{"spec":{"replicas":7}}""");

        await client.FooWhere("foo", f => f["status"]!["availableReplicas"]!.GetValue<int>() == 7, "sees seven");
        Assert.Equal(7, (await client.GetDeploymentAsync("foo"))!["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Rows_4_and_5_the_status_tells_the_truth()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 2);

        var ready = await client.ReadyFoo("foo");

        Assert.Equal(2, ready["status"]!["availableReplicas"]!.GetValue<int>());
        Assert.Equal(1, ready["status"]!["observedGeneration"]!.GetValue<int>());
        var condition = ClusterClient.Ready(ready)!;
        Assert.Equal("DeploymentAvailable", condition["reason"]!.GetValue<string>());
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$", condition["lastTransitionTime"]!.GetValue<string>());
    }

    [Fact]
    public async Task Row_6_a_Deployment_deleted_by_hand_is_made_again()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");
        var first = ClusterClient.Uid((await client.GetDeploymentAsync("foo"))!);

        await client.DeleteDeploymentAsync("foo");

        await client.DeploymentWhere("foo", d => ClusterClient.Uid(d) != first, "is another");
        await client.ReadyFoo("foo");
    }

    [Fact]
    public async Task Row_7_what_the_Foo_defines_is_put_back_and_all_else_stays()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 2);
        await client.ReadyFoo("foo");

        await client.PatchDeploymentAsync("foo", """
            {"metadata":{"annotations":{"team":"blue"}},
             "spec":{"replicas":5,"template":{"metadata":{"labels":{"extra":"yes"}},"spec":{"containers":[
               {"name":"nginx","image":"nginx:1.0","resources":{"limits":{"cpu":"1"}}},
               {"name":"side","image":"busybox"}]}}}}
            """);

        var repaired = await client.DeploymentWhere("foo", d =>
            d["spec"]!["replicas"]!.GetValue<int>() == 2
            && d["spec"]!["template"]!["spec"]!["containers"]!.AsArray().Any(c => c!["image"]!.GetValue<string>() == "nginx:latest"), "is repaired");
        Assert.Equal("blue", repaired["metadata"]!["annotations"]!["team"]!.GetValue<string>());
        Assert.Equal("yes", repaired["spec"]!["template"]!["metadata"]!["labels"]!["extra"]!.GetValue<string>());
        var containers = repaired["spec"]!["template"]!["spec"]!["containers"]!.AsArray();
        Assert.Contains(containers, c => c!["name"]!.GetValue<string>() == "side");
        Assert.Equal("1", containers.First(c => c!["name"]!.GetValue<string>() == "nginx")!["resources"]!["limits"]!["cpu"]!.GetValue<string>());
    }

    [Fact]
    public async Task Row_8_a_Deployment_of_another_is_left_alone_until_it_goes()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateDeploymentAsync(PlainDeployment("taken"));
        var foo = await client.CreateFooAsync("foo", "taken", 1);

        var refused = await client.FooWhere("foo", f => ClusterClient.ReadyReason(f) == "ErrResourceExists", "is refused");
        Assert.Equal("False", ClusterClient.Ready(refused)!["status"]!.GetValue<string>());
        Assert.Equal(0, refused["status"]!["availableReplicas"]!.GetValue<int>());
        var warning = await client.EventWhere("foo", e => e["reason"]!.GetValue<string>() == "ErrResourceExists");
        Assert.Equal(("Warning", "Resource \"taken\" already exists and is not managed by Foo"), (warning["type"]!.GetValue<string>(), warning["message"]!.GetValue<string>()));
        Assert.Null(ClusterClient.ControllerUid((await client.GetDeploymentAsync("taken"))!));

        await client.DeleteDeploymentAsync("taken");

        await client.DeploymentWhere("taken", d => ClusterClient.ControllerUid(d) == ClusterClient.Uid(foo), "is the Foo's");
        await client.ReadyFoo("foo");
    }

    [Fact]
    public async Task Row_9_a_generation_is_told_to_be_synced_once()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");
        await client.PatchFooAsync("foo", """{"spec":{"replicas":2}}""");
        await client.ReadyFoo("foo");

        // The second Synced is the first one's count: the recorder combines what is the same.
        var synced = await client.EventWhere("foo", e => e["reason"]!.GetValue<string>() == "Synced" && e["count"]!.GetValue<int>() == 2);
        Assert.Equal("Foo synced successfully", synced["message"]!.GetValue<string>());
        await client.DeleteDeploymentAsync("foo");
        await client.ReadyFoo("foo");
        await client.DeploymentWhere("foo", _ => true, "is recreated");
        Assert.Equal(2, (await client.EventsAsync("foo")).Single(e => e["reason"]!.GetValue<string>() == "Synced")["count"]!.GetValue<int>());
    }

    [Fact]
    public async Task Row_10_with_a_new_name_the_new_Deployment_is_made_and_the_old_deleted()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "before", 1);
        await client.ReadyFoo("foo");

        await client.PatchFooAsync("foo", """{"spec":{"deploymentName":"after"}}""");

        await client.DeploymentWhere("after", _ => true, "is made");
        await Eventually.Holds(() => client.GetDeploymentAsync("before"), d => d is null, "the old Deployment is gone");
        await client.ReadyFoo("foo");
    }

    [Fact]
    public async Task Row_11_without_a_spec_nothing_is_created()
    {
        using var client = await fixture.NamespaceAsync();
        await client.SendAsync(HttpMethod.Post, $"/apis/{ClusterClient.FooApi}/namespaces/{client.Namespace}/foos", """{"metadata":{"name":"foo"}}""");

        var foo = await client.FooWhere("foo", f => ClusterClient.ReadyReason(f) == "DeploymentNameMissing", "says so");
        Assert.Equal("False", ClusterClient.Ready(foo)!["status"]!.GetValue<string>());

        await client.PatchFooAsync("foo", """{"spec":{"deploymentName":"now"}}""");
        await client.ReadyFoo("foo");
    }

    [Fact]
    public async Task Row_12_nothing_is_written_for_a_Foo_that_is_being_deleted()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 1, ",\"finalizers\":[\"example.com/hold\"]");
        await client.ReadyFoo("foo");
        await client.DeleteFooAsync("foo");
        var mark = fixture.Cluster.Audit.Mark();

        await client.DeleteDeploymentAsync("foo");
        await client.PatchFooAsync("foo", """{"spec":{"replicas":3}}""");

        // Another Foo, changed later, shows that the operator has seen all of it.
        await client.CreateFooAsync("later", "later", 1);
        await client.ReadyFoo("later");
        Assert.Null(await client.GetDeploymentAsync("foo"));
        Assert.DoesNotContain(fixture.Cluster.Audit.Since(mark), e =>
            e.IsWrite && e.Namespace == client.Namespace && e.Name == "foo" && e.UserAgent.StartsWith("orleans-operator", StringComparison.Ordinal));
        await client.PatchFooAsync("foo", """{"metadata":{"finalizers":null}}""");
        await Eventually.Holds(() => client.GetFooAsync("foo"), f => f is null, "the Foo is gone");
    }

    [Fact]
    public async Task Row_12_the_cluster_collects_the_Deployment_of_a_deleted_Foo()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");

        await client.DeleteFooAsync("foo");

        await Eventually.Holds(() => client.GetDeploymentAsync("foo"), d => d is null, "the Deployment is collected");
    }

    [Fact]
    public async Task Row_13_a_Foo_made_again_at_once_ends_with_its_own_Deployment()
    {
        using var client = await fixture.NamespaceAsync();
        for (var round = 0; round < 10; round++)
        {
            await client.CreateFooAsync("foo", "foo", 1);
            if (round % 2 == 0)
                await client.DeploymentWhere("foo", _ => true, "is made");
            await client.DeleteFooAsync("foo");
        }

        var last = await client.CreateFooAsync("foo", "foo", 2);

        await client.DeploymentWhere("foo", d => ClusterClient.ControllerUid(d) == ClusterClient.Uid(last), "is the last Foo's");
        await client.ReadyFoo("foo");
    }

    [Fact]
    public async Task Row_14_of_two_Foos_that_name_one_Deployment_the_first_keeps_it()
    {
        using var client = await fixture.NamespaceAsync();
        var first = await client.CreateFooAsync("first", "shared", 1);
        await client.ReadyFoo("first");
        await client.CreateFooAsync("second", "shared", 2);

        await client.FooWhere("second", f => ClusterClient.ReadyReason(f) == "ErrResourceExists", "is refused");

        var deployment = (await client.GetDeploymentAsync("shared"))!;
        Assert.Equal(ClusterClient.Uid(first), ClusterClient.ControllerUid(deployment));
        Assert.Equal(1, deployment["spec"]!["replicas"]!.GetValue<int>());
    }

    [Fact]
    public async Task Conditions_of_others_are_kept()
    {
        using var client = await fixture.NamespaceAsync();
        await client.CreateFooAsync("foo", "foo", 1);
        var ready = await client.ReadyFoo("foo");
        var conditions = ready["status"]!["conditions"]!.DeepClone().AsArray();
        conditions.Insert(0, JsonNode.Parse("""{"type":"Checked","status":"True","reason":"ByHand","message":"","lastTransitionTime":"2026-01-01T00:00:00Z"}"""));
        await client.SendAsync(HttpMethod.Patch, $"/apis/{ClusterClient.FooApi}/namespaces/{client.Namespace}/foos/foo/status",
            new JsonObject { ["status"] = new JsonObject { ["conditions"] = conditions } }.ToJsonString(), "application/merge-patch+json");

        await client.PatchFooAsync("foo", """{"spec":{"replicas":2}}""");

        var after = await client.ReadyFoo("foo");
        Assert.Equal(["Checked", "Ready"], after["status"]!["conditions"]!.AsArray().Select(c => c!["type"]!.GetValue<string>()));
    }

    internal static string PlainDeployment(string name) => """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"NAME"},
         "spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}
        """.Replace("NAME", name, StringComparison.Ordinal);
}
