using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Authorization;

namespace OrleansOperator.DevCluster.Tests.Authorization;

/// <summary>What a rule of a role allows.</summary>
public sealed class PolicyRuleTests
{
    private static readonly UserInfo Jane = UserInfo.Of("jane", []);

    [Theory]
    [InlineData("get pods", "", "get pods a", true)]
    [InlineData("get pods", "", "list pods a", false)]
    [InlineData("* pods", "", "list pods a", true)]
    [InlineData("get pods", "", "get pods/log a", false)]
    [InlineData("get pods/log", "", "get pods/log a", true)]
    [InlineData("get pods/log", "", "get pods a", false)]
    [InlineData("get */log", "", "get pods/log a", true)]
    [InlineData("get */log", "", "get pods/status a", false)]
    [InlineData("get pods/*", "", "get pods/log a", false)]
    [InlineData("get *", "", "get pods/log a", true)]
    [InlineData("get pods", "a", "get pods a", true)]
    [InlineData("get pods", "a", "get pods b", false)]
    [InlineData("list pods", "a", "list pods", false)]
    public void A_rule_for_resources(string rule, string name, string request, bool allowed)
    {
        var (verb, resource) = (rule.Split(' ')[0], rule.Split(' ')[1]);
        var asked = request.Split(' ');
        var sub = asked[1].Split('/');

        Assert.Equal(allowed, new PolicyRule([verb], [""], [resource], name.Length > 0 ? [name] : [], [])
            .Allows(RequestAttributes.Of(Jane, asked[0], "", sub[0], sub.ElementAtOrDefault(1), "default", asked.ElementAtOrDefault(2))));
    }

    [Theory]
    [InlineData("", "", true)]
    [InlineData("apps", "", false)]
    [InlineData("*", "apps", true)]
    public void A_rule_for_a_group(string allowed, string asked, bool expected) =>
        Assert.Equal(expected, new PolicyRule(["get"], [allowed], ["things"], [], []).Allows(RequestAttributes.Of(Jane, "get", asked, "things")));

    [Theory]
    [InlineData("/healthz", "/healthz", true)]
    [InlineData("/healthz", "/healthz/etcd", false)]
    [InlineData("/healthz/*", "/healthz/etcd", true)]
    [InlineData("/api*", "/apis", true)]
    [InlineData("*", "/anything", true)]
    public void A_rule_for_paths(string allowed, string asked, bool expected) =>
        Assert.Equal(expected, new PolicyRule(["get"], [], [], [], [allowed]).Allows(RequestAttributes.OfPath(Jane, "get", asked)));

    [Theory]
    [InlineData("""{"verbs":["*"],"apiGroups":["*"],"resources":["*"]}""", """{"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]}""", true)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["*/log"]}""", """{"verbs":["get"],"apiGroups":[""],"resources":["pods/log"]}""", true)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]}""", """{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}""", false)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}""", """{"verbs":["get"],"apiGroups":[""],"resources":["pods"],"resourceNames":["a"]}""", true)]
    [InlineData("""{"verbs":["get"],"apiGroups":[""],"resources":["pods"]}""", """{"verbs":["*"],"apiGroups":[""],"resources":["pods"]}""", false)]
    [InlineData("""{"verbs":["get"],"nonResourceURLs":["/api/*"]}""", """{"verbs":["get"],"nonResourceURLs":["/api/v1"]}""", true)]
    public void A_rule_covers_another_if_it_allows_all_of_it(string rule, string other, bool expected) =>
        Assert.Equal(expected, PolicyRule.Of(JsonNode.Parse(rule)).Covers(PolicyRule.Of(JsonNode.Parse(other))));
}
