using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Authentication;

/// <summary>Service accounts are users by the tokens that are issued for them.</summary>
public sealed class ServiceAccountTests : IAsyncLifetime
{
    private const string Accounts = "/api/v1/namespaces/default/serviceaccounts";
    private const string WhoAmI = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
    private const string Empty = """{"apiVersion":"authentication.k8s.io/v1","kind":"SelfSubjectReview"}""";

    private readonly FakeTimeProvider _clock = new(DateTimeOffset.UtcNow);
    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.StartAsync(new DevClusterOptions { Loops = false, TimeProvider = _clock });
        await _cluster.ApplyAsync("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"builder","namespace":"default"} }""");
    }

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_token_is_the_service_account()
    {
        var token = (string)(await RequestAsync("{}")).Json["status"]!["token"]!;

        using var user = With(token);
        var info = (await user.SendAsync(HttpMethod.Post, WhoAmI, Empty)).Json["status"]!["userInfo"]!;

        Assert.Equal("system:serviceaccount:default:builder", (string?)info["username"]);
        Assert.Equal(["system:serviceaccounts", "system:serviceaccounts:default", "system:authenticated"], info["groups"]!.AsArray().Select(group => (string)group!));
        Assert.Equal((string?)(await _cluster.GetAsync(Accounts + "/builder")).Json["metadata"]!["uid"], (string?)info["uid"]);
    }

    [Fact]
    public async Task A_token_says_what_it_was_asked_to()
    {
        var answer = await RequestAsync("""{"audiences":["vault"],"expirationSeconds":7200}""");

        Assert.Equal(201, answer.Code);
        Assert.Equal(_clock.GetUtcNow().AddHours(2), (DateTimeOffset)answer.Json["status"]!["expirationTimestamp"]!, TimeSpan.FromSeconds(1));
        using var user = With((string)answer.Json["status"]!["token"]!);
        (await user.GetAsync(Accounts)).AssertStatus(401);
    }

    [Fact]
    public async Task A_token_is_refused_when_it_has_expired()
    {
        using var user = With(_cluster.Server.CreateServiceAccountToken("default", "builder", TimeSpan.FromMinutes(10)));
        Assert.Equal(403, (await user.GetAsync(Accounts)).Code);

        _clock.Advance(TimeSpan.FromMinutes(11));

        (await user.GetAsync(Accounts)).AssertStatus(401);
    }

    [Fact]
    public async Task A_token_is_refused_when_its_account_is_gone_whoever_has_its_name_then()
    {
        using var user = With(_cluster.Server.CreateServiceAccountToken("default", "builder"));
        Assert.Equal(403, (await user.GetAsync(Accounts)).Code);

        await _cluster.SendAsync(HttpMethod.Delete, Accounts + "/builder");
        (await user.GetAsync(Accounts)).AssertStatus(401);
        await _cluster.ApplyAsync("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"builder","namespace":"default"} }""");

        (await user.GetAsync(Accounts)).AssertStatus(401);
    }

    [Fact]
    public async Task A_token_ends_with_what_it_is_bound_to()
    {
        await _cluster.ApplyAsync("""{"apiVersion":"v1","kind":"Secret","metadata":{"name":"box","namespace":"default"} }""");
        var answer = await RequestAsync("""{"boundObjectRef":{"kind":"Secret","apiVersion":"v1","name":"box"} }""");
        using var user = With((string)answer.Json["status"]!["token"]!);
        Assert.Equal(403, (await user.GetAsync(Accounts)).Code);

        await _cluster.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/default/secrets/box");

        (await user.GetAsync(Accounts)).AssertStatus(401);
    }

    [Theory]
    [InlineData("""{"expirationSeconds":599}""", 422, "spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes")]
    [InlineData("""{"boundObjectRef":{"kind":"Pod","apiVersion":"v1","name":"nobody"} }""", 404, "pods \"nobody\" not found")]
    [InlineData("""{"boundObjectRef":{"kind":"Job","apiVersion":"batch/v1","name":"j"} }""", 400, "cannot bind token for object of type batch/v1, Kind=Job")]
    public async Task A_request_that_cannot_be_met_is_refused(string spec, int code, string why)
    {
        var answer = await RequestAsync(spec);

        answer.AssertStatus(code);
        Assert.EndsWith(why, (string?)answer.Json["message"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("eyJhbGciOiJub25lIn0.e30.")]
    public async Task What_is_no_token_is_refused(string token)
    {
        using var user = With(token);

        (await user.GetAsync(Accounts)).AssertStatus(401);
    }

    [Fact]
    public async Task A_token_that_somebody_changed_is_refused()
    {
        var parts = _cluster.Server.CreateServiceAccountToken("default", "builder").Split('.');
        await using var other = await TestCluster.StartAsync(new DevClusterOptions { Loops = false });
        await other.ApplyAsync("""{"apiVersion":"v1","kind":"ServiceAccount","metadata":{"name":"builder","namespace":"default"} }""");
        var foreign = other.Server.CreateServiceAccountToken("default", "builder");
        using var forged = With($"{parts[0]}.{foreign.Split('.')[1]}.{parts[2]}");
        using var stranger = With(foreign);

        (await forged.GetAsync(Accounts)).AssertStatus(401);
        (await stranger.GetAsync(Accounts)).AssertStatus(401);
    }

    [Fact]
    public async Task A_role_bound_to_a_service_account_is_its_user_s()
    {
        await _cluster.ApplyAsync("""
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: { name: viewers, namespace: default }
            roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
            subjects: [{ kind: ServiceAccount, name: builder, namespace: default }]
            """);
        using var kubectl = new Kubectl(_cluster.Server.KubeconfigForServiceAccount("default", "builder"));

        Assert.Equal("serviceaccount/builder", await kubectl.RunAsync("get", "serviceaccounts", "-o", "name"));
        Assert.Equal((1, "no"), await kubectl.TryAsync(null, "auth", "can-i", "create", "pods"));
        Assert.Contains("system:serviceaccount:default:builder", await kubectl.RunAsync("auth", "whoami"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Kubectl_create_token()
    {
        using var kubectl = new Kubectl(_cluster.Server.Kubeconfig);
        var token = await kubectl.RunAsync("create", "token", "builder", "--duration", "1h");

        var review = await _cluster.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews",
            new JsonObject { ["apiVersion"] = "authentication.k8s.io/v1", ["kind"] = "TokenReview", ["spec"] = new JsonObject { ["token"] = token } }.ToJsonString());

        Assert.True((bool)review.Json["status"]!["authenticated"]!);
        Assert.Equal("system:serviceaccount:default:builder", (string?)review.Json["status"]!["user"]!["username"]);
    }

    [Fact]
    public async Task A_TokenReview_of_a_wrong_token_says_so()
    {
        var review = await _cluster.SendAsync(HttpMethod.Post, "/apis/authentication.k8s.io/v1/tokenreviews",
            """{"apiVersion":"authentication.k8s.io/v1","kind":"TokenReview","spec":{"token":"wrong"} }""");

        Assert.Equal("""{"user":{},"error":"invalid bearer token"}""", review.Json["status"]!.ToJsonString());
    }

    [Fact]
    public async Task Each_namespace_gets_its_default_account_and_gets_it_again()
    {
        await using var cluster = await TestCluster.StartAsync();
        await cluster.ApplyAsync("""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"new"} }""");
        const string Account = "/api/v1/namespaces/new/serviceaccounts/default";
        using var watch = new StreamReader(await cluster.Http.GetStreamAsync("/api/v1/namespaces/new/serviceaccounts?watch=true", TestContext.Current.CancellationToken));
        Assert.Contains("ADDED", await watch.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);

        await cluster.SendAsync(HttpMethod.Delete, Account);

        Assert.Contains("DELETED", await watch.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("ADDED", await watch.ReadLineAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    private Task<Answer> RequestAsync(string spec) => _cluster.SendAsync(HttpMethod.Post, Accounts + "/builder/token",
        $$"""{"apiVersion":"authentication.k8s.io/v1","kind":"TokenRequest","spec":{{spec}} }""");

    private TestUser With(string token)
    {
        var http = _cluster.Server.CreateHttpClient(certificate: null);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new TestUser(http);
    }
}
