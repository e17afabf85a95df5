using OrleansOperator.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace OrleansOperator.Browser;

/// <summary>The page of one object: how it stands, and what was decided for it.</summary>
public sealed class DetailPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task Decisions_show_what_was_planned_written_and_answered()
    {
        await using var tab = await browser.OpenAsync("/objects/foo/shop/checkout");
        var first = tab.Page.Locator(".runs > li").Last;

        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("checkout");
        await Expect(first).ToContainTextAsync("Create Deployment checkout with 3 replicas");
        await Expect(first).ToContainTextAsync("The Foo has never been reconciled");
        await Expect(first).ToContainTextAsync("POST /apis/apps/v1/namespaces/shop/deployments");
        await Expect(first).ToContainTextAsync("OK resourceVersion");

        var body = first.Locator("details").First;
        await Expect(body.Locator("pre")).ToBeHiddenAsync();
        await body.Locator("summary").ClickAsync();
        await Expect(body.Locator("pre")).ToContainTextAsync("\"replicas\": 3");
    }

    [Fact]
    public async Task What_is_open_stays_open_when_the_page_refreshes()
    {
        await using var tab = await browser.OpenAsync("/objects/foo/shop/cart");
        var body = tab.Page.Locator("details").First;
        await body.Locator("summary").ClickAsync();
        await body.Locator("summary").FocusAsync();
        await tab.EvaluateAsync<object>("document.querySelector('#live').dataset.old = 1; document.querySelector('.facts').dataset.old = 1");

        await Expect(tab.Page.Locator(".facts:not([data-old])")).ToBeVisibleAsync();

        await Expect(body.Locator("pre")).ToBeVisibleAsync();
        await Expect(body.Locator("summary")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task A_Foo_that_fails_says_why_and_how_often()
    {
        await using var tab = await browser.OpenAsync("/objects/foo/shop/ledger");

        await Expect(tab.Page.Locator(".alert")).ToContainTextAsync("ErrResourceExists: Resource \"ledger\" already exists and is not managed by Foo");
        await Expect(tab.Page.Locator(".runs > li").First).ToContainTextAsync("Try again with back-off");
        await Expect(tab.Page.Locator(".facts")).ToContainTextAsync("Next attempt");
    }

    [Fact]
    public async Task A_Foo_that_was_deleted_is_remembered_for_a_while()
    {
        using var client = await browser.NamespaceAsync("deleted");
        await client.CreateFooAsync("short", "short", 1);
        await client.ReadyFoo("short");
        await client.DeleteFooAsync("short");

        await using var tab = await browser.OpenAsync("/objects/foo/deleted/short");

        await Expect(tab.Page.Locator(".empty")).ToContainTextAsync("No silo that answers holds this object");
        await Expect(tab.Page.Locator(".runs")).ToContainTextAsync("Create Deployment short");
    }

    [Fact]
    public async Task What_there_is_not_is_not_found()
    {
        await using var tab = await browser.OpenAsync("/objects/foo/shop/no-such-foo");

        await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("Not found");
        tab.Forgive();
    }
}
