using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansOperator.Silo.Admin;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Hosting;

/// <summary>Real connections to real listeners: which of them accepted one decides what it is served.</summary>
public sealed class SiloListenersTests
{
    [Fact]
    public async Task Listeners_of_one_port_are_told_apart_by_the_socket()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        var port = FreePort.Next();
        await using var app = await StartAsync(new SiloSettings { Urls = [$"http://0.0.0.0:{port}"], AdminUrls = [$"http://[::1]:{port}"] });

        Assert.Equal(HttpStatusCode.OK, await GetAsync($"http://127.0.0.1:{port}/healthz"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync($"http://127.0.0.1:{port}/dashboard"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync($"http://[::1]:{port}/dashboard"));
    }

    [Fact]
    public async Task All_addresses_are_those_of_both_families()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        var port = FreePort.Next();
        await using var app = await StartAsync(new SiloSettings { Urls = [$"http://*:{port}"], AdminUrls = [] });

        Assert.Equal(HttpStatusCode.OK, await GetAsync($"http://127.0.0.1:{port}/readyz"));
        Assert.Equal(HttpStatusCode.OK, await GetAsync($"http://[::1]:{port}/readyz"));
        Assert.Equal(HttpStatusCode.NotFound, await GetAsync($"http://[::1]:{port}/dashboard"));
    }

    private static async Task<WebApplication> StartAsync(SiloSettings settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseSiloListeners(settings);
        var app = builder.Build();
        app.UseAdminGuard(hasToken: false);
        app.Run(context => context.Response.WriteAsync("served"));
        await app.StartAsync(TestContext.Current.CancellationToken);
        return app;
    }

    private static async Task<HttpStatusCode> GetAsync(string url)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(url), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
