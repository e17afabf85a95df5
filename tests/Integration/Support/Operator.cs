using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using OrleansOperator.DevCluster;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Silo;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Integration.Support;

/// <summary>A silo in this process, wired as the executable wires it, against an API server over real HTTP.</summary>
internal sealed class Operator : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string _kubeconfig;

    private Operator(WebApplication app, SiloSettings settings, string kubeconfig) => (_app, Settings, _kubeconfig) = (app, settings, kubeconfig);

    public SiloSettings Settings { get; }

    /// <summary>Starts a silo. Unless the settings name another kubeconfig, it is the operator's ServiceAccount, with the roles that deploy/ gives it.</summary>
    public static async Task<Operator> StartAsync(DevClusterServer cluster, Func<SiloSettings, SiloSettings>? change = null, bool untilReady = true)
    {
        var kubeconfig = Path.GetTempFileName();
        var settings = new SiloSettings
        {
            Urls = [$"http://127.0.0.1:{FreePort.Next()}"],
            AdminUrls = [$"http://127.0.0.1:{FreePort.Next()}"],
            SiloPort = FreePort.Next(),
            GatewayPort = FreePort.Next(),
            LogLevel = Microsoft.Extensions.Logging.LogLevel.Error,
        };
        settings = change?.Invoke(settings) ?? settings;
        if (settings.Kubeconfig is null)
        {
            await cluster.WriteOperatorKubeconfigAsync(kubeconfig);
            settings = settings with { Kubeconfig = kubeconfig };
        }

        var app = SiloHost.Build(settings, FooOperator.Build().Definition);
        await app.StartAsync(TestContext.Current.CancellationToken);
        var running = new Operator(app, settings, kubeconfig);
        if (untilReady)
            await running.UntilReadyAsync();
        return running;
    }

    public async Task<(HttpStatusCode Code, string Text)> GetAsync(string path, bool admin = false)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri((admin ? Settings.AdminUrls : Settings.Urls!)[0] + path), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    /// <summary>
    /// How many grains are active on the silo. Its metrics would not do: meters are known by their names, and so shared by all silos of a
    /// test process.
    /// </summary>
    public int ActiveGrains => _app.Services.GetRequiredService<LocalReconcilers>().Count;

    /// <summary>The sum of a metric over its labels; 0 when it has not been recorded.</summary>
    public async Task<double> MetricAsync(string name)
    {
        var text = (await GetAsync("/metrics")).Text;
        return text.Split('\n').Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
            .Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture));
    }

    public Task UntilReadyAsync() => Eventually.Holds(() => GetAsync("/readyz"), answer => answer.Code == HttpStatusCode.OK, "the silo is ready");

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
        File.Delete(_kubeconfig);
    }
}
