using OrleansOperator.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace OrleansOperator.Browser;

/// <summary>The list of objects: what is wrong comes first, and everything can be found, sorted and paged by mouse and keyboard.</summary>
public sealed class ObjectsPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task What_is_wrong_comes_first_and_is_counted()
    {
        await browser.TidyAsync();
        await using var tab = await browser.OpenAsync("/");

        Assert.Equal(["ledger", "recommendations", "leaving", "search"], (await tab.NamesAsync()).Take(4));
        Assert.Equal(["129\nAll", "1\nFailing", "1\nStalled", "1\nDeleting", "1\nNot ready", "125\nReady"], await tab.Page.Locator(".states a").AllInnerTextsAsync());
        await Expect(tab.Rows.First).ToContainTextAsync("ErrResourceExists");
        await Expect(tab.Rows.First).ToContainTextAsync("already exists and is not managed by Foo");
        await Expect(tab.Page).ToHaveTitleAsync("Foos · Orleans Operator");
    }

    [Fact]
    public async Task A_row_shows_state_replicas_silo_and_last_reconcile()
    {
        await using var tab = await browser.OpenAsync($"/?namespace={BrowserFixture.Shop}&q=checkout");

        var cells = await tab.Rows.First.Locator("th, td").AllInnerTextsAsync();
        Assert.Equal(["Ready", "checkout", "shop", "DeploymentAvailable", "3", "3"], cells.Take(6));
        Assert.Matches("(now|ago)$", cells[6]);
        Assert.Matches("m?s$", cells[7]);
        Assert.NotEmpty(cells[10]);
    }

    [Fact]
    public async Task A_state_is_a_filter()
    {
        await using var tab = await browser.OpenAsync("/");

        await tab.Page.Locator(".states a.failing").ClickAsync();

        await Expect(tab.Rows).ToHaveCountAsync(1);
        Assert.Equal(["ledger"], await tab.NamesAsync());
        await Expect(tab.Page.Locator(".states a.failing")).ToHaveAttributeAsync("aria-current", "true");
    }

    [Fact]
    public async Task The_keyboard_alone_finds_an_object()
    {
        await using var tab = await browser.OpenAsync("/");

        await tab.Page.Keyboard.PressAsync("/");
        await Expect(tab.Page.Locator("#search")).ToBeFocusedAsync();
        await tab.Page.Keyboard.TypeAsync("shop/ch");
        await tab.Page.Keyboard.PressAsync("Enter");
        await Expect(tab.Rows).ToHaveCountAsync(1);

        var link = tab.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "checkout" });
        for (var i = 0; i < 60 && !await link.EvaluateAsync<bool>("e => e === document.activeElement"); i++)
            await tab.Page.Keyboard.PressAsync("Tab");
        await Expect(link).ToBeFocusedAsync();
        Assert.NotEqual("none", await link.EvaluateAsync<string>("e => getComputedStyle(e).outlineStyle"));
        await tab.Page.Keyboard.PressAsync("Enter");

        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("checkout");
    }

    [Fact]
    public async Task The_first_Tab_stop_skips_the_navigation()
    {
        await using var tab = await browser.OpenAsync("/");

        await tab.Page.Keyboard.PressAsync("Tab");
        await Expect(tab.Page.Locator(".skip")).ToBeFocusedAsync();
        await tab.Page.Keyboard.PressAsync("Enter");
        await tab.Page.Keyboard.PressAsync("Tab");

        await Expect(tab.Page.Locator("#search")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_heading_sorts_and_says_so()
    {
        await using var tab = await browser.OpenAsync($"/?namespace={BrowserFixture.Shop}");
        var heading = tab.Page.Locator("th", new() { HasText = "Desired" });
        await Expect(tab.Page.Locator("th[aria-sort]")).ToHaveTextAsync("State");

        await heading.GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();

        await Expect(heading).ToHaveAttributeAsync("aria-sort", "descending");
        Assert.Equal(["catalog", "recommendations", "checkout"], (await tab.NamesAsync()).Take(3));

        await heading.GetByRole(Microsoft.Playwright.AriaRole.Link).ClickAsync();

        await Expect(heading).ToHaveAttributeAsync("aria-sort", "ascending");
        Assert.Equal("catalog", (await tab.NamesAsync())[^1]);
    }

    [Fact]
    public async Task Pages_are_turned_on_the_server()
    {
        await using var tab = await browser.OpenAsync($"/?namespace={BrowserFixture.Many}&sort=name");
        var position = tab.Page.Locator(".pager span").First;
        await Expect(position).ToHaveTextAsync("1–50 of 120");

        await tab.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Next", Exact = true }).ClickAsync();
        await Expect(position).ToHaveTextAsync("51–100 of 120");
        Assert.Equal("tenant-050", (await tab.NamesAsync())[0]);

        await tab.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Last" }).ClickAsync();
        await Expect(position).ToHaveTextAsync("71–120 of 120");

        await tab.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Previous" }).ClickAsync();
        await Expect(position).ToHaveTextAsync("21–70 of 120");

        await tab.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "First" }).ClickAsync();
        await Expect(position).ToHaveTextAsync("1–50 of 120");
    }

    [Fact]
    public async Task A_search_that_finds_nothing_says_so_and_shows_the_way_back()
    {
        await using var tab = await browser.OpenAsync("/?q=no-such-thing");

        await Expect(tab.Page.Locator(".empty")).ToContainTextAsync("Nothing fits this search");
        await tab.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Show everything" }).ClickAsync();

        await Expect(tab.Rows).ToHaveCountAsync(50);
    }

    [Fact]
    public async Task A_bad_address_is_explained()
    {
        await using var tab = await browser.OpenAsync("/?state=broken");

        await Expect(tab.Page.Locator("main")).ToContainTextAsync("The parameter state is 'broken': it must be one of failing");
        tab.Forgive();
    }

    [Fact]
    public async Task Looking_activates_no_grain()
    {
        await browser.TidyAsync();
        await using var tab = await browser.OpenAsync("/");
        var before = browser.Operator.ActiveGrains;

        foreach (var path in (string[])["/", "/?sort=-took&before=", "/objects/foo/shop/no-such-foo", "/objects/foo/shop/ledger", "/silos"])
            await tab.Page.GotoAsync(path);

        Assert.True(before > 0);
        Assert.Equal(before, browser.Operator.ActiveGrains);
        tab.Forgive();
    }
}
