using System.Net;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Authorization;

/// <summary>Users may do what their bound roles allow; anything else is refused with the message of a real server.</summary>
public sealed class RbacTests : IAsyncLifetime
{
    private const string Pods = "/api/v1/namespaces/default/pods";
    private const string Roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";
    private const string Bindings = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings";

    private TestCluster _cluster = null!;
    private TestUser _jane = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(new DevClusterOptions { Loops = false });
        _jane = _cluster.User("jane", "developers");
    }

    public async ValueTask DisposeAsync()
    {
        _jane.Dispose();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData("GET", "/api/v1/pods", "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" at the cluster scope")]
    [InlineData("GET", Pods, "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"")]
    [InlineData("GET", Pods + "?watch=1", "pods is forbidden: User \"jane\" cannot watch resource \"pods\" in API group \"\" in the namespace \"default\"")]
    [InlineData("GET", Pods + "?fieldSelector=metadata.name%3Da", "pods \"a\" is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"")]
    [InlineData("DELETE", Pods, "pods is forbidden: User \"jane\" cannot deletecollection resource \"pods\" in API group \"\" in the namespace \"default\"")]
    [InlineData("GET", "/apis/apps/v1/namespaces/default/deployments/a/scale", "deployments.apps \"a\" is forbidden: User \"jane\" cannot get resource \"deployments/scale\" in API group \"apps\" in the namespace \"default\"")]
    [InlineData("PUT", "/apis/apps/v1/namespaces/default/deployments/a/status", "deployments.apps \"a\" is forbidden: User \"jane\" cannot update resource \"deployments/status\" in API group \"apps\" in the namespace \"default\"")]
    [InlineData("GET", "/api/v1/namespaces/default", "namespaces \"default\" is forbidden: User \"jane\" cannot get resource \"namespaces\" in API group \"\" in the namespace \"default\"")]
    [InlineData("GET", "/apis/none.example.com/v1/things", "things.none.example.com is forbidden: User \"jane\" cannot list resource \"things\" in API group \"none.example.com\" at the cluster scope")]
    [InlineData("GET", "/metrics", "forbidden: User \"jane\" cannot get path \"/metrics\"")]
    [InlineData("GET", "/devcluster/audit", "forbidden: User \"jane\" cannot get path \"/devcluster/audit\"")]
    public async Task Refusals_are_in_the_words_of_a_real_server(string method, string path, string message)
    {
        var answer = await _jane.SendAsync(new HttpMethod(method), path);

        answer.AssertStatus(403);
        Assert.Equal(message, (string?)answer.Json["message"]);
    }

    [Theory]
    [InlineData("/api")]
    [InlineData("/apis/apps/v1")]
    [InlineData("/openapi/v3")]
    [InlineData("/version")]
    [InlineData("/healthz")]
    public async Task Discovery_is_for_everyone_who_has_shown_credentials(string path) => Assert.Equal(200, (await _jane.GetAsync(path)).Code);

    [Theory]
    [InlineData("/version", 200)]
    [InlineData("/readyz", 200)]
    [InlineData("/api", 403)]
    public async Task Health_and_version_are_for_everyone(string path, int code)
    {
        using var nobody = _cluster.Server.CreateHttpClient(certificate: null);

        Assert.Equal(code, (int)(await nobody.GetAsync(path, TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task A_role_holds_in_its_namespace_from_its_binding_on()
    {
        await _cluster.ApplyAsync(Role("reader", """{"apiGroups":[""],"resources":["pods"],"verbs":["get","list"]}"""));
        Assert.Equal(403, (await _jane.GetAsync(Pods)).Code);
        await _cluster.ApplyAsync(Binding("readers", "Role", "reader", "Group", "developers"));

        Assert.Equal(200, (await _jane.GetAsync(Pods)).Code);
        Assert.Equal(403, (await _jane.GetAsync("/api/v1/namespaces/kube-system/pods")).Code);
        Assert.Equal(403, (await _jane.GetAsync("/api/v1/pods")).Code);
        Assert.Equal(200, (await _cluster.SendAsync(HttpMethod.Delete, Bindings + "/readers")).Code);
        Assert.Equal(403, (await _jane.GetAsync(Pods)).Code);
    }

    [Fact]
    public async Task A_binding_to_a_missing_role_is_named_in_the_refusal()
    {
        await _cluster.ApplyAsync(Binding("readers", "ClusterRole", "nobody-wrote-it", "User", "jane"));

        Assert.Equal(
            "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\": RBAC: clusterrole.rbac.authorization.k8s.io \"nobody-wrote-it\" not found",
            (string?)(await _jane.GetAsync(Pods)).Json["message"]);
    }

    [Fact]
    public async Task The_bootstrap_roles_are_there()
    {
        await _cluster.ApplyAsync(Binding("viewers", "ClusterRole", "view", "User", "jane"));
        Assert.Equal(200, (await _jane.GetAsync(Pods)).Code);
        Assert.Equal(403, (await _jane.GetAsync("/api/v1/namespaces/default/secrets")).Code);
        await _cluster.ApplyAsync(Binding("editors", "ClusterRole", "edit", "User", "jane"));
        Assert.Equal(200, (await _jane.GetAsync("/api/v1/namespaces/default/secrets")).Code);
        Assert.Equal(403, (await _jane.GetAsync(Roles)).Code);
        await _cluster.ApplyAsync(Binding("admins", "ClusterRole", "admin", "User", "jane"));
        Assert.Equal(200, (await _jane.GetAsync(Roles)).Code);
    }

    [Fact]
    public async Task A_ClusterRole_with_a_label_adds_to_those_that_aggregate_it()
    {
        await _cluster.ApplyAsync(Crds.Things());
        await _cluster.ApplyAsync(Binding("admins", "ClusterRole", "admin", "User", "jane"));
        Assert.Equal(403, (await _jane.GetAsync(Crds.Path)).Code);

        await _cluster.ApplyAsync("""
            {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"ClusterRole","metadata":{"name":"things-view","labels":{"rbac.authorization.k8s.io/aggregate-to-view":"true"} },
             "rules":[{"apiGroups":["example.com"],"resources":["things"],"verbs":["get","list"]}]}
            """);

        Assert.Equal(200, (await _jane.GetAsync(Crds.Path)).Code);
    }

    [Fact]
    public async Task Nobody_grants_what_he_does_not_have()
    {
        await _cluster.ApplyAsync(Binding("admins", "ClusterRole", "admin", "User", "jane"));
        var role = Role("nodes", """{"apiGroups":["","metrics.k8s.io"],"resources":["nodes"],"verbs":["get","list"]}""");

        var refused = await _jane.SendAsync(HttpMethod.Post, Roles, role);

        refused.AssertStatus(403);
        Assert.Equal(
            """
            roles.rbac.authorization.k8s.io "nodes" is forbidden: user "jane" (groups=["developers" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:
            {APIGroups:[""], Resources:["nodes"], Verbs:["get" "list"]}
            {APIGroups:["metrics.k8s.io"], Resources:["nodes"], Verbs:["get" "list"]}
            """, (string?)refused.Json["message"]);
        Assert.Equal(201, (await _jane.SendAsync(HttpMethod.Post, Roles, Role("pods", """{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}"""))).Code);
    }

    [Theory]
    [InlineData("escalate", "roles", "create", "roles")]
    [InlineData("bind", "clusterroles", "create", "rolebindings")]
    public async Task Who_may_escalate_or_bind_grants_anything(string verb, string of, string create, string what)
    {
        var body = what == "roles" ? Role("new", """{"apiGroups":[""],"resources":["nodes"],"verbs":["get"]}""") : Binding("new", "ClusterRole", "cluster-admin", "User", "jane");
        await _cluster.ApplyAsync(Role("granter", $$"""{"apiGroups":["rbac.authorization.k8s.io"],"resources":["{{what}}"],"verbs":["{{create}}"]}"""));
        await _cluster.ApplyAsync(Binding("granters", "Role", "granter", "User", "jane"));
        (await _jane.SendAsync(HttpMethod.Post, what == "roles" ? Roles : Bindings, body)).AssertStatus(403);

        await _cluster.ApplyAsync(Role("granter", $$"""{"apiGroups":["rbac.authorization.k8s.io"],"resources":["{{what}}"],"verbs":["{{create}}"]},{"apiGroups":["rbac.authorization.k8s.io"],"resources":["{{of}}"],"verbs":["{{verb}}"]}"""));

        Assert.Equal(201, (await _jane.SendAsync(HttpMethod.Post, what == "roles" ? Roles : Bindings, body)).Code);
    }

    [Fact]
    public async Task What_is_refused_is_in_the_audit_log()
    {
        await _jane.GetAsync(Pods);

        var entry = Assert.Single(_cluster.Server.Audit.Entries);
        Assert.Equal(("jane", "list", "pods", 403), (entry.User, entry.Verb, entry.Resource, entry.Code));
    }

    [Fact]
    public async Task Kubectl_auth_can_i()
    {
        await _cluster.ApplyAsync(Binding("viewers", "ClusterRole", "view", "User", "jane"));
        using var kubectl = new Kubectl(_cluster.Server.KubeconfigFor("jane", "developers"));

        Assert.Equal("yes", await kubectl.RunAsync("auth", "can-i", "list", "pods"));
        Assert.Equal((1, "no"), await kubectl.TryAsync(null, "auth", "can-i", "delete", "pods", "-q=false"));
        var list = await kubectl.RunAsync("auth", "can-i", "--list");
        Assert.Contains("deployments.apps", list, StringComparison.Ordinal);
        Assert.Contains("[/healthz]", list, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SelfSubjectAccessReview", "{}", "spec.resourceAttributes")]
    [InlineData("SelfSubjectAccessReview", """{"resourceAttributes":{"verb":"get"},"nonResourceAttributes":{"path":"/"}}""", "spec.nonResourceAttributes")]
    [InlineData("SubjectAccessReview", """{"resourceAttributes":{"verb":"get"}}""", "spec.user")]
    public async Task A_review_that_does_not_say_what_it_asks_is_refused(string kind, string spec, string field)
    {
        var answer = await _cluster.SendAsync(HttpMethod.Post, $"/apis/authorization.k8s.io/v1/{kind.ToLowerInvariant()}s",
            $$"""{"apiVersion":"authorization.k8s.io/v1","kind":"{{kind}}","spec":{{spec}} }""");

        answer.AssertStatus(422);
        Assert.Equal(field, (string?)answer.Json["details"]!["causes"]![0]!["field"]);
    }

    [Fact]
    public async Task A_SubjectAccessReview_says_why()
    {
        await _cluster.ApplyAsync(Binding("viewers", "ClusterRole", "view", "Group", "developers"));

        var answer = await _cluster.SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/subjectaccessreviews",
            """{"apiVersion":"authorization.k8s.io/v1","kind":"SubjectAccessReview","spec":{"user":"joe","groups":["developers"],"resourceAttributes":{"verb":"list","resource":"pods","namespace":"default"} } }""");

        Assert.Equal("""{"allowed":true,"reason":"RBAC: allowed by RoleBinding \u0022viewers/default\u0022 of ClusterRole \u0022view\u0022 to Group \u0022developers\u0022"}""", answer.Json["status"]!.ToJsonString());
        Assert.Empty(_cluster.Server.Audit.Writes);
    }

    [Fact]
    public async Task With_AlwaysAllow_everyone_may_do_everything()
    {
        await using var cluster = await TestCluster.StartAsync(new DevClusterOptions { AlwaysAllow = true });
        using var jane = cluster.User("jane");

        Assert.Equal(HttpStatusCode.OK, (HttpStatusCode)(await jane.GetAsync("/api/v1/nodes")).Code);
    }

    private static string Role(string name, string rules) =>
        $$"""{"apiVersion":"rbac.authorization.k8s.io/v1","kind":"Role","metadata":{"name":"{{name}}","namespace":"default"},"rules":[{{rules}}]}""";

    private static string Binding(string name, string kind, string role, string subject, string who) => $$"""
        {"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBinding","metadata":{"name":"{{name}}","namespace":"default"},
         "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"{{kind}}","name":"{{role}}"},
         "subjects":[{"apiGroup":"rbac.authorization.k8s.io","kind":"{{subject}}","name":"{{who}}"}]}
        """;
}
