using Microsoft.Playwright;

namespace OrleansOperator.Browser.Support;

/// <summary>A page in a browser of its own. Whatever the page reports as an error, violations of its policy included, fails the test.</summary>
internal sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    public Tab(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
                _errors.Add(message.Text);
        };
        page.PageError += (_, error) => _errors.Add(error);
        page.Dialog += (_, dialog) =>
        {
            _errors.Add($"dialog: {dialog.Message}");
            _ = dialog.DismissAsync();
        };
    }

    public IPage Page { get; }

    /// <summary>Rows of the table of objects.</summary>
    public ILocator Rows => Page.Locator("table.objects tbody tr");

    /// <summary>The names in the table of objects, from top to bottom.</summary>
    public Task<IReadOnlyList<string>> NamesAsync() => Page.Locator("table.objects tbody th").AllInnerTextsAsync();

    /// <summary>What a script in the page sees.</summary>
    public Task<T> EvaluateAsync<T>(string script) => Page.EvaluateAsync<T>(script);

    /// <summary>Errors that the test means to cause.</summary>
    public void Forgive() => _errors.Clear();

    /// <summary>Writes a screenshot into the folder that <c>SCREENSHOTS</c> names with its full path.</summary>
    public async Task ShootAsync(string name, bool whole = false)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder)
            await Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = whole });
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_errors);
    }
}
