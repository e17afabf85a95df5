using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Quotas;

namespace OrleansOperator.DevCluster.Tests.Admission.Quotas;

/// <summary>Which objects a quota lets pass, and in which words it refuses others.</summary>
public sealed class QuotaDecisionTests
{
    private const string BestEffort = """{"spec":{"containers":[{"name":"c"}]}}""";
    private const string Burstable = """{"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"1"}}}],"priorityClassName":"high"}}""";

    [Theory]
    [InlineData("deployments.apps", "{}", """{"count/deployments.apps":"1"}""", """{"count/deployments.apps":"0"}""", null)]
    [InlineData("deployments.apps", "{}", """{"count/deployments.apps":"1"}""", """{"count/deployments.apps":"1"}""",
        "exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=1, limited: count/deployments.apps=1")]
    [InlineData("configmaps", "{}", """{"count/configmaps":"2","configmaps":"1","count/secrets":"0"}""", """{"count/configmaps":"2","configmaps":"1","count/secrets":"0"}""",
        "exceeded quota: q, requested: configmaps=1,count/configmaps=1, used: configmaps=1,count/configmaps=2, limited: configmaps=1,count/configmaps=2")]
    [InlineData("foos.example.com", "{}", """{"count/foos.example.com":"0"}""", """{"count/foos.example.com":"0"}""",
        "exceeded quota: q, requested: count/foos.example.com=1, used: count/foos.example.com=0, limited: count/foos.example.com=0")]
    [InlineData("configmaps", "{}", """{"configmaps":"1k"}""", """{"configmaps":"999"}""", null)]
    [InlineData("configmaps", "{}", """{"configmaps":"1"}""", "{}", "status unknown for quota: q, resources: configmaps")]
    [InlineData("configmaps", "{}", """{"secrets":"0"}""", """{"secrets":"0"}""", null)]
    [InlineData("pods", """{"status":{"phase":"Succeeded"}}""", """{"pods":"0"}""", """{"pods":"0"}""", null)]
    [InlineData("services", """{"spec":{"type":"LoadBalancer","ports":[{"port":1},{"port":2}]}}""", """{"services":"5","services.loadbalancers":"0","services.nodeports":"1"}""",
        """{"services":"0","services.loadbalancers":"0","services.nodeports":"0"}""",
        "exceeded quota: q, requested: services.loadbalancers=1,services.nodeports=2, used: services.loadbalancers=0,services.nodeports=0, limited: services.loadbalancers=0,services.nodeports=1")]
    public void A_new_object_is_refused_when_a_limit_would_be_exceeded(string resource, string obj, string hard, string used, string? refusal) =>
        Assert.Equal(refusal, QuotaDecision.Decide(Quota(hard, used), resource, Json(obj), null).Refusal);

    [Theory]
    [InlineData("""{"scopes":["BestEffort"]}""", BestEffort, true)]
    [InlineData("""{"scopes":["BestEffort"]}""", Burstable, false)]
    [InlineData("""{"scopes":["NotBestEffort"]}""", Burstable, true)]
    [InlineData("""{"scopes":["Terminating"]}""", BestEffort, false)]
    [InlineData("""{"scopes":["NotTerminating","BestEffort"]}""", BestEffort, true)]
    [InlineData("""{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["high"]}]}}""", Burstable, true)]
    [InlineData("""{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"NotIn","values":["high"]}]}}""", Burstable, false)]
    [InlineData("""{"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"Exists"}]}}""", BestEffort, false)]
    [InlineData("""{"scopes":["CrossNamespacePodAffinity"]}""", """{"spec":{"affinity":{"podAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"namespaces":["a"]}]}}}}""", true)]
    public void A_quota_with_scopes_is_about_the_pods_in_all_of_them(string spec, string pod, bool isRefused)
    {
        var quota = Quota("""{"pods":"0"}""", """{"pods":"0"}""");
        foreach (var (field, value) in Json(spec))
            quota["spec"]![field] = value!.DeepClone();
        Assert.Equal(isRefused, QuotaDecision.Decide(quota, "pods", Json(pod), null).Refusal is not null);
    }

    [Theory]
    [InlineData("NodePort", 1, "NodePort", 1, null)]
    [InlineData("ClusterIP", 1, "NodePort", 2, "2")]
    [InlineData("NodePort", 3, "NodePort", 1, null)]
    public void A_changed_Service_is_charged_for_what_it_adds(string before, int portsBefore, string after, int portsAfter, string? used)
    {
        var quota = Quota("""{"services.nodeports":"9"}""", """{"services.nodeports":"0"}""");
        var decision = QuotaDecision.Decide(quota, "services", Service(after, portsAfter), Service(before, portsBefore));
        Assert.Equal(used, decision.Used?["services.nodeports"]?.ToString());
    }

    private static JsonObject Service(string type, int ports) => new()
    {
        ["spec"] = new JsonObject { ["type"] = type, ["ports"] = new JsonArray([.. Enumerable.Range(1, ports).Select(port => new JsonObject { ["port"] = port })]) },
    };

    private static JsonObject Quota(string hard, string used) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "q" },
        ["spec"] = new JsonObject { ["hard"] = Json(hard) },
        ["status"] = new JsonObject { ["hard"] = Json(hard), ["used"] = Json(used) },
    };

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();
}
