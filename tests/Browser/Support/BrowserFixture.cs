using System.Text.Json.Nodes;
using Microsoft.Playwright;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Browser.Support;

/// <summary>One browser, and one silo whose Foos are in every state, for all tests.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    /// <summary>The namespace of the Foos in every state.</summary>
    public const string Shop = "shop";

    /// <summary>The namespace of many Foos that are ready.</summary>
    public const string Many = "many";

    /// <summary>How many Foos there are in <see cref="Many"/>.</summary>
    public const int ManyCount = 120;

    private readonly string? _chromium = Chromium.Find();
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private Operator? _operator;

    public DevClusterServer Cluster { get; private set; } = null!;

    internal Operator Operator => _operator!;

    public async ValueTask InitializeAsync()
    {
        if (_chromium is null)
            return;
        Cluster = await DevClusterServer.StartAsync(new DevClusterOptions());
        await Cluster.ApplyAsync(Manifests.FooCrd);
        _operator = await Operator.StartAsync(Cluster);
        await FillAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright, _chromium);
        Assertions.SetDefaultExpectTimeout(30_000);
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_operator is not null)
            await _operator.DisposeAsync();
        if (Cluster is not null)
            await Cluster.DisposeAsync();
    }

    /// <summary>Opens a page of the silo. Skips the test where there is no browser.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="width">Width of the window; its height is what a screen of that width has.</param>
    /// <param name="dark">Whether the reader prefers dark pages.</param>
    /// <param name="ownClock">Whether the page's timers run only when the test says so.</param>
    internal async Task<Tab> OpenAsync(string path, int width = 1280, bool dark = false, bool ownClock = false)
    {
        Assert.SkipWhen(_chromium is null, "There is no Chromium on the PATH, and CHROMIUM names none.");
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = Operator.Settings.AdminUrls[0],
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            ViewportSize = new ViewportSize { Width = width, Height = width < 600 ? 800 : 720 },
        });
        var tab = new Tab(context, await context.NewPageAsync());
        if (ownClock)
            await tab.Page.Clock.InstallAsync();
        await tab.Page.GotoAsync(path);
        return tab;
    }

    /// <summary>A user of a namespace, which is created.</summary>
    internal Task<ClusterClient> NamespaceAsync(string ns)
    {
        Assert.SkipWhen(_chromium is null, "There is no Chromium on the PATH, and CHROMIUM names none.");
        return new ClusterClient(Cluster, ns).CreateNamespaceAsync();
    }

    /// <summary>Removes the Foos of other tests, and waits until their grains have left.</summary>
    internal async Task TidyAsync()
    {
        Assert.SkipWhen(_chromium is null, "There is no Chromium on the PATH, and CHROMIUM names none.");
        using var http = Cluster.CreateHttpClient();
        var foos = JsonNode.Parse(await http.GetStringAsync($"/apis/{ClusterClient.FooApi}/foos", TestContext.Current.CancellationToken))!["items"]!.AsArray();
        foreach (var metadata in foos.Select(foo => foo!["metadata"]!))
        {
            var (ns, name) = (metadata["namespace"]!.GetValue<string>(), metadata["name"]!.GetValue<string>());
            if (ns is not (Shop or Many))
                (await http.DeleteAsync($"/apis/{ClusterClient.FooApi}/namespaces/{ns}/foos/{name}", TestContext.Current.CancellationToken)).Dispose();
        }

        await SettledAsync();
        await Eventually.Holds(() => Task.FromResult(Operator.ActiveGrains), grains => grains == ManyCount + 9, "the grains of other Foos have left");
    }

    private async Task SettledAsync() => await Eventually.Holds(
        CountsAsync, counts => counts["ready"]!.GetValue<int>() == ManyCount + 5 && counts["total"]!.GetValue<int>() == ManyCount + 9, "the Foos are in their states");

    private async Task FillAsync()
    {
        using var shop = await NamespaceAsync(Shop);

        // Admission keeps changing one of them back, and makes another invalid.
        Cluster.Faults.Rewrite("deployments", deployment =>
        {
            var template = deployment["spec"]!["template"]!;
            if (deployment["metadata"]!["name"]!.GetValue<string>() == "search")
                template["spec"]!["containers"]![0]!["image"] = "registry.example.com/approved/nginx:1.27";
            if (deployment["metadata"]!["name"]!.GetValue<string>() == "recommendations")
                template["metadata"]!["labels"] = new JsonObject { ["app"] = "other" };
            return deployment;
        });
        await shop.CreateFooAsync("search", "search", 2);
        await shop.CreateFooAsync("recommendations", "recommendations", 4);
        await shop.FooWhere("recommendations", foo => ClusterClient.ReadyReason(foo) == "DeploymentInvalid", "is refused");

        await shop.CreateDeploymentAsync(
            """{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"ledger"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}}}""");
        await shop.CreateFooAsync("ledger", "ledger", 2);
        foreach (var (name, replicas) in (IEnumerable<(string, int)>)[("checkout", 3), ("cart", 2), ("catalog", 5), ("payments", 3), ("sessions", 1)])
            await shop.CreateFooAsync(name, name, replicas);
        await shop.CreateFooAsync("leaving", "leaving", 1, ",\"finalizers\":[\"example.com/archive\"]");
        await shop.ReadyFoo("leaving");
        await shop.DeleteFooAsync("leaving");

        using var many = await NamespaceAsync(Many);
        for (var i = 0; i < ManyCount; i++)
            await many.CreateFooAsync($"tenant-{i:000}", $"tenant-{i:000}", (i % 3) + 1);
        await SettledAsync();
    }

    private async Task<JsonNode> CountsAsync() => JsonNode.Parse((await Operator.GetAsync("/api/objects?limit=1", admin: true)).Text)!["counts"]!;
}
