using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Authorization;

/// <summary>Who may act as whom.</summary>
public sealed class ImpersonationTests : IAsyncLifetime
{
    private const string Whoami = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private const string Empty = """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""";

    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(new DevClusterOptions { Loops = false });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Theory]
    [InlineData("Impersonate-User: jane", """{"username":"jane","groups":["system:authenticated"]}""")]
    [InlineData("Impersonate-User: jane|Impersonate-Group: a", """{"username":"jane","groups":["a","system:authenticated"]}""")]
    [InlineData("Impersonate-User: jane|Impersonate-Group: system:authenticated", """{"username":"jane","groups":["system:authenticated"]}""")]
    [InlineData("Impersonate-User: jane|Impersonate-Uid: 42|Impersonate-Extra-Scopes: x|Impersonate-Extra-a%2Fb: y", """{"username":"jane","uid":"42","groups":["system:authenticated"],"extra":{"scopes":["x"],"a/b":["y"]}}""")]
    [InlineData("Impersonate-User: system:serviceaccount:ns:sa", """{"username":"system:serviceaccount:ns:sa","groups":["system:serviceaccounts","system:serviceaccounts:ns","system:authenticated"]}""")]
    public async Task An_administrator_acts_as_anybody(string headers, string expected)
    {
        using var user = As(_cluster.Server.CreateHttpClient(), headers);

        var info = (await user.SendAsync(HttpMethod.Post, Whoami, Empty)).Json["status"]!["userInfo"]!;

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), info), info.ToJsonString());
    }

    [Fact]
    public async Task Who_acts_as_another_has_the_other_s_permissions()
    {
        using var user = As(_cluster.Server.CreateHttpClient(), "Impersonate-User: jane");

        var answer = await user.GetAsync("/api/v1/pods");

        Assert.Equal("pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" at the cluster scope", (string?)answer.Json["message"]);
    }

    [Theory]
    [InlineData("Impersonate-User: joe", "users \"joe\" is forbidden: User \"jane\" cannot impersonate resource \"users\" in API group \"\" at the cluster scope")]
    [InlineData("Impersonate-User: system:serviceaccount:ns:sa", "serviceaccounts \"sa\" is forbidden: User \"jane\" cannot impersonate resource \"serviceaccounts\" in API group \"\" in the namespace \"ns\"")]
    [InlineData("Impersonate-User: ann|Impersonate-Group: admins", "groups \"admins\" is forbidden: User \"jane\" cannot impersonate resource \"groups\" in API group \"\" at the cluster scope")]
    [InlineData("Impersonate-User: ann|Impersonate-Uid: 1", "uids.authentication.k8s.io \"1\" is forbidden: User \"jane\" cannot impersonate resource \"uids\" in API group \"authentication.k8s.io\" at the cluster scope")]
    [InlineData("Impersonate-User: ann|Impersonate-Extra-a: 1", "userextras.authentication.k8s.io \"1\" is forbidden: User \"jane\" cannot impersonate resource \"userextras/a\" in API group \"authentication.k8s.io\" at the cluster scope")]
    public async Task Others_need_the_verb_impersonate_for_each_part(string headers, string message)
    {
        await _cluster.ApplyAsync("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: { name: as-ann }
            rules: [{ apiGroups: [""], resources: [users], resourceNames: [ann], verbs: [impersonate] }]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: { name: as-ann }
            roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: as-ann }
            subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: User, name: jane }]
            """);
        using var user = As(_cluster.Server.CreateHttpClient(_cluster.Server.IssueClientCertificate("jane", [])), headers);

        var answer = await user.SendAsync(HttpMethod.Post, Whoami, Empty);

        answer.AssertStatus(403);
        Assert.Equal(message, (string?)answer.Json["message"]);
    }

    [Theory]
    [InlineData("Impersonate-Group: admins")]
    [InlineData("Impersonate-Uid: 1")]
    [InlineData("Impersonate-Extra-a: 1")]
    public async Task Nothing_is_impersonated_without_a_user(string header)
    {
        using var user = As(_cluster.Server.CreateHttpClient(), header);

        (await user.GetAsync("/api/v1/pods")).AssertStatus(500);
    }

    [Fact]
    public async Task Kubectl_as()
    {
        using var kubectl = new Kubectl(_cluster.Server.Kubeconfig);

        Assert.Equal((1, "no"), await kubectl.TryAsync(null, "auth", "can-i", "list", "pods", "--as", "jane", "--as-group", "developers"));
        Assert.Equal("yes", await kubectl.RunAsync("auth", "can-i", "list", "pods", "--as", "jane", "--as-group", "system:masters"));

        // .NET's client would send both groups in one header.
        Assert.Equal("""["a","b","system:authenticated"]""", await kubectl.RunAsync("auth", "whoami", "--as", "jane", "--as-group", "a", "--as-group", "b", "-o", "jsonpath={.status.userInfo.groups}"));
    }

    private static TestUser As(HttpClient http, string headers)
    {
        foreach (var header in headers.Split('|').Select(header => header.Split(": ")))
            http.DefaultRequestHeaders.TryAddWithoutValidation(header[0], header[1]);
        return new TestUser(http);
    }
}
