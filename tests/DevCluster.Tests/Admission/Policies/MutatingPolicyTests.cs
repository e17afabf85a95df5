using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Admission.Policies;

/// <summary>MutatingAdmissionPolicies and their bindings, over HTTP.</summary>
public sealed class MutatingPolicyTests
{
    private const string Group = "/apis/admissionregistration.k8s.io/v1/";
    private const string Policies = Group + "mutatingadmissionpolicies";
    private const string Bindings = Group + "mutatingadmissionpolicybindings";

    [Theory]
    [InlineData("ApplyConfiguration", "Object{metadata: Object.metadata{labels: {'made-by': request.userInfo.username}}, data: {'b': '2'}}", """{"a":"1","b":"2"}""", "kubernetes-admin")]
    [InlineData("ApplyConfiguration", "has(object.data.a) ? Object{} : Object{data: {'b': '2'}}", """{"a":"1"}""", null)]
    [InlineData("ApplyConfiguration", "Object{?metadata: optional.none(), data: {'b': variables.two}}", """{"a":"1","b":"2"}""", null)]
    [InlineData("JSONPatch", "[JSONPatch{op: 'add', path: '/data/b', value: '2'}, JSONPatch{op: 'remove', path: '/data/a'}]", """{"b":"2"}""", null)]
    [InlineData("JSONPatch", "[JSONPatch{op: 'add', path: '/metadata/labels', value: {'made-by': 'x'}}, JSONPatch{op: 'add', path: '/data/' + jsonpatch.escapeKey('c'), value: '3'}]", """{"a":"1","c":"3"}""", "x")]
    [InlineData("JSONPatch", "[JSONPatch{op: 'test', path: '/data/a', value: 'other'}, JSONPatch{op: 'remove', path: '/data/a'}]", """{"a":"1"}""", null)]
    public async Task A_mutation_changes_the_object(string type, string expression, string data, string? label)
    {
        await using var cluster = await WithPolicyAsync(Mutation(type, expression));

        var created = await cluster.CreateAsync("x");

        Assert.True(created.Code == 201, created.Body);
        Assert.Equal(data, created.Json["data"]!.ToText());
        Assert.Equal(label, created.Json["metadata"]!["labels"]?["made-by"]?.GetValue<string>());
        Assert.DoesNotContain("f:made-by", created.Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ApplyConfiguration", "object.data.none == '1' ? Object{} : Object{}", "expression 'object.data.none == '1' ? Object{} : Object{}' resulted in error: no such key: none")]
    [InlineData("ApplyConfiguration", "Object{metadata: Object.wrong{name: 'y'}}", "type mismatch: unexpected type name \"Object.wrong\", expected \"Object.metadata\", which matches field name path from root Object type")]
    [InlineData("ApplyConfiguration", "Object{nothing: 1}", "error applying patch: failed to convert patch object to typed object: .nothing: field not declared in schema")]
    [InlineData("JSONPatch", "[JSONPatch{op: 'remove', path: '/data/none'}]", "JSON Patch: ")]
    public async Task A_mutation_that_cannot_be_made_denies_the_request_unless_failures_are_ignored(string type, string expression, string why)
    {
        await using (var cluster = await WithPolicyAsync(Mutation(type, expression)))
        {
            var denied = await cluster.CreateAsync("x");
            denied.AssertStatus(403);
            Assert.Equal("Invalid", denied.Json["reason"]!.GetValue<string>());
            Assert.StartsWith("policy 'p' with binding 'b' denied request: " + why, denied.Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
            Assert.Equal(denied.Json["message"]!.GetValue<string>(), Assert.Single(denied.Json["details"]!["causes"]!.AsArray())!["message"]!.GetValue<string>());
        }

        await using var lenient = await WithPolicyAsync(Mutation(type, expression), ""","failurePolicy":"Ignore" """);
        Assert.Equal(201, (await lenient.CreateAsync("x")).Code);
    }

    [Fact]
    public async Task Items_of_keyed_lists_are_merged_and_atomic_lists_are_refused()
    {
        await using var cluster = await WithPolicyAsync(
            Mutation("ApplyConfiguration", "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'c', image: 'other'}]}}"), resources: "pods");
        const string Pod = """{"metadata":{"name":"x"},"spec":{"containers":[{"name":"b","image":"b"},{"name":"c","image":"c","command":["run"]}]}}""";
        var pod = (await cluster.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", Pod)).Json;
        var containers = pod["spec"]!["containers"]!.AsArray();
        Assert.Equal(["b", "other"], containers.Select(container => container!["image"]!.GetValue<string>()));
        Assert.Equal("""["run"]""", containers[1]!["command"]!.ToText());

        await using var atomic = await WithPolicyAsync(
            Mutation("ApplyConfiguration", "Object{spec: Object.spec{containers: [Object.spec.containers{name: 'c', args: ['a']}]}}"), resources: "pods");
        Assert.EndsWith(
            "may not mutate atomic arrays, maps or structs: .spec.containers[0].args",
            (await atomic.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/pods", Pod)).Json["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("IfNeeded", "x-x")]
    [InlineData("Never", "x")]
    public async Task A_policy_is_applied_again_if_it_wants_to_see_later_changes(string policy, string expected)
    {
        await using var cluster = await WithPolicyAsync(
            Mutation("JSONPatch", "[JSONPatch{op: 'add', path: '/data/seen', value: has(object.data.seen) ? object.data.seen + '-x' : 'x'}]"), reinvocation: policy);
        await CreateAsync(cluster, Policies, Policy("q", Mutation("JSONPatch", "[JSONPatch{op: 'add', path: '/data/later', value: 'y'}]"), "", "configmaps", "Never"));
        await CreateAsync(cluster, Bindings, Binding("c", "q"));
        Assert.Equal(expected, (await cluster.CreateAsync("x")).Json["data"]!["seen"]!.GetValue<string>());
    }

    [Fact]
    public async Task Mutations_come_before_validations()
    {
        await using var cluster = await WithPolicyAsync(Mutation("ApplyConfiguration", "Object{data: {'b': '2'}}"));
        await CreateAsync(cluster, Group + "validatingadmissionpolicies", """
            {"metadata":{"name":"v"},"spec":{"matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["configmaps"]}]},
             "validations":[{"expression":"object.data.b == '2'"}]}}
            """);
        await CreateAsync(cluster, Group + "validatingadmissionpolicybindings", """{"metadata":{"name":"v"},"spec":{"policyName":"v","validationActions":["Deny"]}}""");
        Assert.Equal(201, (await cluster.CreateAsync("x")).Code);
    }

    [Theory]
    [InlineData("""{"patchType":"ApplyConfiguration"}""", "spec.mutations[0].applyConfiguration", "Required value: must be specified when patchType is ApplyConfiguration")]
    [InlineData("""{"patchType":"Magic"}""", "spec.mutations[0].patchType", "Unsupported value: \"Magic\": supported values: \"ApplyConfiguration\", \"JSONPatch\"")]
    [InlineData("""{"patchType":"JSONPatch","jsonPatch":{"expression":"[nothing]"}}""", "spec.mutations[0].jsonPatch.expression", "Invalid value: \"[nothing]\": compilation failed: undeclared reference to 'nothing'")]
    public async Task A_policy_that_cannot_work_is_refused(string mutation, string field, string message)
    {
        await using var cluster = await TestCluster.StartAsync();
        var refused = await cluster.SendAsync(HttpMethod.Post, Policies, Policy("p", mutation, "", "configmaps", "Never"));
        refused.AssertStatus(422);
        var cause = Assert.Single(refused.Json["details"]!["causes"]!.AsArray())!;
        Assert.Equal(field, cause["field"]!.GetValue<string>());
        Assert.StartsWith(message, cause["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    private static string Mutation(string type, string expression) => new JsonObject
    {
        ["patchType"] = type,
        [type == "JSONPatch" ? "jsonPatch" : "applyConfiguration"] = new JsonObject { ["expression"] = expression },
    }.ToJsonString();

    private static async Task<TestCluster> WithPolicyAsync(string mutation, string more = "", string resources = "configmaps", string reinvocation = "Never")
    {
        var cluster = await TestCluster.StartAsync();
        await CreateAsync(cluster, Policies, Policy("p", mutation, more, resources, reinvocation));
        await CreateAsync(cluster, Bindings, Binding("b", "p"));
        return cluster;
    }

    private static async Task CreateAsync(TestCluster cluster, string path, string body)
    {
        var created = await cluster.SendAsync(HttpMethod.Post, path, body);
        Assert.True(created.Code == 201, created.Body);
    }

    private static string Policy(string name, string mutation, string more, string resources, string reinvocation) => $$"""
        {"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingAdmissionPolicy","metadata":{"name":"{{name}}"},"spec":{
          "matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["{{resources}}"]}]},
          "variables":[{"name":"two","expression":"'2'"}],"reinvocationPolicy":"{{reinvocation}}","mutations":[{{mutation}}]{{more}} } }
        """;

    private static string Binding(string name, string policy) =>
        $$"""{"apiVersion":"admissionregistration.k8s.io/v1","kind":"MutatingAdmissionPolicyBinding","metadata":{"name":"{{name}}"},"spec":{"policyName":"{{policy}}"} }""";
}
