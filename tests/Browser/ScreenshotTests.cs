using OrleansOperator.Browser.Support;
using static Microsoft.Playwright.Assertions;

namespace OrleansOperator.Browser;

/// <summary>The pictures of the README. <c>SCREENSHOTS=$PWD/docs/images</c> makes the test write them.</summary>
public sealed class ScreenshotTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("fleet-light", "/", 1280, false)]
    [InlineData("fleet-dark", "/", 1280, true)]
    [InlineData("fleet-phone", "/", 390, true)]
    [InlineData("object", "/objects/foo/shop/ledger", 1280, false)]
    public async Task Pages_of_the_README(string name, string path, int width, bool dark)
    {
        await using var tab = await browser.OpenAsync(path, width, dark);

        await Expect(tab.Page.Locator("h1")).ToBeVisibleAsync();

        await tab.ShootAsync(name);
    }
}
