using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using OrleansOperator.Browser.Support;

namespace OrleansOperator.Browser;

/// <summary>Everybody can read the pages: in the light and in the dark, on a phone, with a screen reader.</summary>
public sealed class AccessibilityTests(BrowserFixture browser)
{
    public static TheoryData<string> Pages => ["/", "/?namespace=shop&q=e", "/?q=nothing", "/objects/foo/shop/ledger", "/objects/foo/shop/checkout", "/silos"];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task Axe_finds_nothing_in_light_or_dark(string path)
    {
        foreach (var dark in (bool[])[false, true])
        {
            await using var tab = await browser.OpenAsync(path, dark: dark);

            var result = await tab.Page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice") });

            Assert.Empty(result.Violations.Select(violation => $"{violation.Id}: {violation.Help}: {string.Join("; ", violation.Nodes.Select(node => node.Html))}"));
        }
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_phone_needs_no_sideways_scrolling(string path)
    {
        await using var tab = await browser.OpenAsync(path, width: 360);

        Assert.Equal(360, await tab.EvaluateAsync<int>("document.documentElement.scrollWidth"));
    }

    [Fact]
    public async Task Long_names_fit_any_screen()
    {
        var (ns, name) = (new string('n', 63), new string('f', 63));
        using var client = await browser.NamespaceAsync(ns);
        await client.CreateFooAsync(name, new string('d', 253), 1);
        await client.ReadyFoo(name);

        foreach (var width in (int[])[360, 768, 1024, 1280])
        {
            foreach (var path in (string[])[$"/?namespace={ns}", $"/objects/foo/{ns}/{name}"])
            {
                await using var tab = await browser.OpenAsync(path, width);
                Assert.Equal(width, await tab.EvaluateAsync<int>("document.documentElement.scrollWidth"));
            }
        }
    }
}
