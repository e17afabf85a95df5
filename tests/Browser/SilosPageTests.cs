using System.Net;
using OrleansOperator.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace OrleansOperator.Browser;

/// <summary>The page of the silos, and the Orleans dashboard beside it.</summary>
public sealed class SilosPageTests(BrowserFixture browser)
{
    [Fact]
    public async Task A_silo_shows_its_share_feeds_and_memory_and_leads_to_its_objects()
    {
        await using var tab = await browser.OpenAsync("/silos");
        var silo = tab.Page.Locator("table.silos tbody tr");

        await Expect(silo).ToHaveCountAsync(1);
        await Expect(silo).ToContainTextAsync("100%");
        await Expect(silo).ToContainTextAsync("foos.samplecontroller.k8s.io");
        await Expect(silo).ToContainTextAsync("MB");

        await silo.Locator("td a").First.ClickAsync();
        await Expect(tab.Rows).ToHaveCountAsync(50);
        await Expect(tab.Page.Locator(".filters")).ToContainTextAsync("silo");
    }

    [Fact]
    public async Task The_Orleans_dashboard_is_beside_it_without_its_log_stream()
    {
        await using var tab = await browser.OpenAsync("/silos");

        await tab.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Orleans dashboard" }).ClickAsync();

        await Expect(tab.Page.Locator("main")).ToContainTextAsync("Total Activations");
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.Operator.GetAsync("/dashboard/Trace", admin: true)).Code);
        await tab.ShootAsync("dashboard");
        tab.Forgive();
    }
}
