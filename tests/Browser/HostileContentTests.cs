using System.Text.Json.Nodes;
using OrleansOperator.Browser.Support;
using OrleansOperator.Integration.Support;
using static Microsoft.Playwright.Assertions;

namespace OrleansOperator.Browser;

/// <summary>Whatever users and controllers write into objects is text, in every place where it is shown.</summary>
public sealed class HostileContentTests(BrowserFixture browser)
{
    private const string Markup = "</td></table><script>alert(1)</script><img src=x onerror=alert(2)>\" onmouseover=\"alert(3)' <b>'&lt;";

    [Fact]
    public async Task In_reasons_messages_and_answers()
    {
        using var client = await browser.NamespaceAsync("hostile");
        await client.CreateFooAsync("foo", "foo", 1, $",\"annotations\":{{\"a\":{JsonValue.Create(Markup).ToJsonString()}}}");
        await client.ReadyFoo("foo");
        var condition = new JsonObject
        {
            ["type"] = Markup,
            ["status"] = "True",
            ["reason"] = Markup,
            ["message"] = Markup,
            ["lastTransitionTime"] = "2026-01-01T00:00:00Z",
        };
        await client.SendAsync(
            HttpMethod.Patch, $"/apis/{ClusterClient.FooApi}/namespaces/hostile/foos/foo/status",
            new JsonObject { ["status"] = new JsonObject { ["conditions"] = new JsonArray(Ready(Markup), condition) } }.ToJsonString(), "application/merge-patch+json");

        await using var tab = await browser.OpenAsync("/objects/foo/hostile/foo");
        await Expect(tab.Page.Locator("tbody tr", new() { HasText = "onerror" }).First).ToBeVisibleAsync();

        Assert.Equal(2, await tab.Page.Locator("table.cards tbody tr").CountAsync());
        Assert.Equal(0, await tab.Page.Locator("main img, main script, [onmouseover], [onerror]").CountAsync());
        Assert.Contains(Markup, await tab.Page.Locator("table.cards tbody tr").Last.Locator("td.wide").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_the_list()
    {
        using var client = await browser.NamespaceAsync("hostile-list");
        browser.Cluster.Faults.Fail("create", "deployments", 422, count: 1, client: "orleans-operator");
        await client.CreateFooAsync("foo", "foo", 1);
        await client.FooWhere("foo", foo => ClusterClient.ReadyReason(foo) == "DeploymentInvalid", "is refused");
        await client.SendAsync(
            HttpMethod.Patch, $"/apis/{ClusterClient.FooApi}/namespaces/hostile-list/foos/foo/status",
            new JsonObject { ["status"] = new JsonObject { ["conditions"] = new JsonArray(Ready(Markup)) } }.ToJsonString(), "application/merge-patch+json");

        await using var tab = await browser.OpenAsync("/?namespace=hostile-list&sort=reason");

        await Expect(tab.Rows).ToHaveCountAsync(1);
        Assert.Equal(0, await tab.Page.Locator("main img, main script, [onmouseover], [onerror]").CountAsync());
    }

    [Fact]
    public async Task In_what_the_reader_asks_for()
    {
        var hostile = Uri.EscapeDataString(Markup);
        foreach (var path in (string[])[$"/?q={hostile}", $"/?namespace={hostile}&silo={hostile}", $"/?state={hostile}", $"/?sort={hostile}", $"/objects/{Uri.EscapeDataString("<script>alert(1)</script>")}/a/b"])
        {
            await using var tab = await browser.OpenAsync(path);

            Assert.Equal(0, await tab.Page.Locator("main img, main script, [onmouseover], [onerror]").CountAsync());
            await Expect(tab.Page.Locator("main")).ToContainTextAsync("alert(1)");
            tab.Forgive();
        }
    }

    [Fact]
    public async Task Pages_forbid_scripts_of_others_and_frames()
    {
        await using var tab = await browser.OpenAsync("/");
        foreach (var path in (string[])["/", "/silos", "/objects/foo/shop/cart", "/objects/foo/shop/none", "/?state=bad"])
        {
            var headers = (await tab.Page.GotoAsync(path))!.Headers;
            Assert.Contains("default-src 'none'; script-src 'self'; style-src 'self'", headers["content-security-policy"], StringComparison.Ordinal);
            Assert.Contains("frame-ancestors 'none'", headers["content-security-policy"], StringComparison.Ordinal);
            Assert.DoesNotContain("unsafe", headers["content-security-policy"], StringComparison.Ordinal);
            Assert.Equal("nosniff", headers["x-content-type-options"]);
        }

        tab.Forgive();

        await tab.Page.GotoAsync("/");
        await tab.EvaluateAsync<object>("const s = document.createElement('script'); s.textContent = 'window.ran = true'; document.body.append(s)");
        Assert.False(await tab.EvaluateAsync<bool>("window.ran === true"));
        tab.Forgive();
    }

    private static JsonObject Ready(string message) => new()
    {
        ["type"] = "Ready",
        ["status"] = "False",
        ["reason"] = "Hostile",
        ["message"] = message,
        ["lastTransitionTime"] = "2026-01-01T00:00:00Z",
    };
}
