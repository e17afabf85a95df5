using OrleansOperator.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace OrleansOperator.Browser;

/// <summary>The pages refresh by themselves, and say when they cannot.</summary>
public sealed class RefreshTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_new_object_appears_by_itself()
    {
        using var client = await browser.NamespaceAsync("fresh");
        await using var tab = await browser.OpenAsync("/?namespace=fresh");
        await Expect(tab.Page.Locator(".empty")).ToBeVisibleAsync();

        await client.CreateFooAsync("newcomer", "newcomer", 1);

        await Expect(tab.Rows.First).ToContainTextAsync("newcomer");
    }

    [Fact]
    public async Task What_is_being_typed_is_left_alone()
    {
        await using var tab = await browser.OpenAsync("/?namespace=shop");
        await tab.Page.Locator("#search").PressSequentiallyAsync("half a wo");

        await RefreshedAsync(tab);

        await Expect(tab.Page.Locator("#search")).ToHaveValueAsync("half a wo");
        await Expect(tab.Page.Locator("#search")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_hidden_tab_asks_nothing_and_one_that_is_shown_again_asks_at_once()
    {
        await using var tab = await browser.OpenAsync("/?namespace=shop", ownClock: true);
        var asked = 0;
        tab.Page.Request += (_, request) => asked += request.ResourceType == "fetch" ? 1 : 0;

        await ShowAsync(tab, shown: false);
        await tab.Page.Clock.FastForwardAsync(60_000);
        Assert.Equal(0, asked);

        await tab.Page.RunAndWaitForRequestAsync(() => ShowAsync(tab, shown: true), _ => true);
    }

    [Fact]
    public async Task Pause_pauses_and_resumes()
    {
        await using var tab = await browser.OpenAsync("/?namespace=shop", ownClock: true);
        var asked = 0;
        tab.Page.Request += (_, request) => asked += request.ResourceType == "fetch" ? 1 : 0;

        await tab.Page.Locator("#pause").ClickAsync();
        await Expect(tab.Page.Locator("#contact")).ToHaveTextAsync("Paused");
        await Expect(tab.Page.Locator("#pause")).ToHaveAttributeAsync("aria-pressed", "true");
        await tab.Page.Clock.FastForwardAsync(60_000);
        Assert.Equal(0, asked);

        await tab.Page.RunAndWaitForRequestAsync(() => tab.Page.Locator("#pause").ClickAsync(), _ => true);
        await Expect(tab.Page.Locator("#contact")).ToHaveTextAsync("Live");
    }

    [Fact]
    public async Task A_silo_that_does_not_answer_any_more_is_told_and_waited_for()
    {
        await using var tab = await browser.OpenAsync("/?namespace=shop");
        await tab.Page.RouteAsync("**/*", route => route.AbortAsync());

        await Expect(tab.Page.Locator("#contact")).ToContainTextAsync("No answer since");
        await Expect(tab.Page.Locator("#live")).ToHaveClassAsync("stale");

        await tab.Page.UnrouteAllAsync();
        await Expect(tab.Page.Locator("#contact")).ToHaveTextAsync("Live");
        tab.Forgive();
    }

    private static async Task RefreshedAsync(Tab tab)
    {
        await tab.EvaluateAsync<object>("document.querySelector('.states').dataset.old = 1");
        await Expect(tab.Page.Locator(".states:not([data-old])")).ToBeVisibleAsync();
    }

    private static async Task ShowAsync(Tab tab, bool shown) => await tab.EvaluateAsync<object>(
        $"Object.defineProperty(document, 'hidden', {{ configurable: true, value: {(shown ? "false" : "true")} }}); document.dispatchEvent(new Event('visibilitychange'))");
}
