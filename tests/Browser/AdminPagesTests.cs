using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using OrleansOperator.Browser.Support;
using OrleansOperator.Integration.Support;
using static Microsoft.Playwright.Assertions;

namespace OrleansOperator.Browser;

/// <summary>The admin address as a whole: the Orleans dashboard beside the fleet pages, and the sign-in before both.</summary>
public sealed class AdminPagesTests(BrowserFixture browser)
{
    private const string Token = "0123456789abcdef0123456789abcdef";

    [Fact]
    public async Task The_dashboard_works_under_its_policy()
    {
        await using var tab = await browser.OpenAsync("/dashboard/");

        await Expect(tab.Page.GetByText("Active Silos")).ToBeVisibleAsync();
        await tab.Page.GetByRole(AriaRole.Link, new() { Name = "Silos", Exact = true }).ClickAsync();
        await Expect(tab.Page.GetByText(browser.Operator.Settings.SiloPort.ToString(System.Globalization.CultureInfo.InvariantCulture)).First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Who_knows_the_token_signs_in_and_sees_the_pages_and_the_dashboard()
    {
        using var file = new TokenFile(Token);
        var port = FreePort.Next();
        await using var silo = await Operator.StartAsync(browser.Cluster, settings => settings with { AdminUrls = [$"http://*:{port}"], AdminTokenFile = file.Path });
        await using var tab = await browser.OpenAsync($"http://127.0.0.1:{port}/silos");
        var page = tab.Page;

        await Expect(page).ToHaveTitleAsync("Sign in · Orleans Operator");
        var axe = await page.RunAxe(new AxeRunOptions { RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice") });
        Assert.Empty(axe.Violations.Select(violation => $"{violation.Id}: {violation.Help}"));
        await page.Keyboard.TypeAsync("not the token");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This is not the token.");

        // The browser says of each answer with status 401 that it failed to load.
        tab.Forgive();
        await page.GetByLabel("Token of the admin pages").FillAsync(Token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page).ToHaveURLAsync($"http://127.0.0.1:{port}/silos");
        await Expect(page).ToHaveTitleAsync("Silos · Orleans Operator");
        Assert.Equal("", await tab.EvaluateAsync<string>("document.cookie"));
        await page.GotoAsync($"http://127.0.0.1:{port}/dashboard/");
        await Expect(page.GetByText("Active Silos")).ToBeVisibleAsync();
    }

    private sealed class TokenFile : IDisposable
    {
        public TokenFile(string token) => File.WriteAllText(Path, token);

        public string Path { get; } = System.IO.Path.GetTempFileName();

        public void Dispose() => File.Delete(Path);
    }
}
