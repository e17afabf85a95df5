using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using OrleansOperator.KubeApi.Configuration;
using OrleansOperator.KubeApi.Events;
using OrleansOperator.KubeApi.Tests.Support;

namespace OrleansOperator.KubeApi.Tests;

public sealed class KubeApiServiceCollectionExtensionsTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_gets_one_client_and_a_recorder_that_writes_until_it_stops()
    {
        var written = 0;
        await using var server = await TestApiServer.StartAsync(context =>
        {
            Interlocked.Increment(ref written);
            context.Response.StatusCode = 201;
            return context.Response.WriteAsync("{}");
        });
        using var host = Build(options => options.Master = server.Url.AbsoluteUri);
        await host.StartAsync(Cancelled);

        Assert.Same(host.Services.GetRequiredService<IKubeApi>(), host.Services.GetRequiredService<KubeApiClient>());
        var recorder = host.Services.GetRequiredService<IEventRecorder>();
        for (var i = 0; i < 20; i++)
            recorder.Record(new("example.com/v1", "Widget", "shop", "n" + i, "u", "1"), EventType.Normal, "Synced", "m");
        await host.StopAsync(Cancelled);

        Assert.Equal(20, written);
    }

    [Theory]
    [InlineData(0, 1, "KubeApi:MaxConcurrentRequests is \"0\"; it must be 1 or more.")]
    [InlineData(1, 0, "Events:QueueCapacity is \"0\"; it must be 1 or more.")]
    public async Task A_wrong_option_stops_the_start_and_is_named(int maxConcurrent, int queueCapacity, string failure)
    {
        using var host = Build(
            options => (options.Master, options.MaxConcurrentRequests) = ("http://127.0.0.1:1", maxConcurrent),
            options => options.QueueCapacity = queueCapacity);

        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Cancelled));

        Assert.Equal([failure], error.Failures);
    }

    [Fact]
    public void An_unusable_kubeconfig_is_told_when_the_client_is_made()
    {
        using var host = Build(options => options.Kubeconfig = "/nonexistent/config");

        Assert.Throws<KubeConfigurationException>(() => host.Services.GetRequiredService<IKubeApi>());
    }

    private static IHost Build(Action<KubeApiOptions> configure, Action<EventRecorderOptions>? events = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddKubeApi(configure);
        builder.Services.AddEventRecorder(events);
        return builder.Build();
    }
}
