using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Support;

/// <summary>A silo as any application would have it, on a port of its own.</summary>
internal sealed class SiloHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly LogCollector _log;

    private SiloHost(IHost host, LogCollector log) => (_host, _log) = (host, log);

    public SiloAddress Address => _host.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    public IClusterMembershipService Membership => _host.Services.GetRequiredService<IClusterMembershipService>();

    public IGrainFactory Grains => _host.Services.GetRequiredService<IGrainFactory>();

    /// <summary>Why this silo would have ended its process, if it would.</summary>
    public IReadOnlyCollection<string> Fatal => ((Fatalities)_host.Services.GetRequiredService<IFatalErrorHandler>()).Reasons;

    public bool IsStopping => _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>How many log messages had this in them.</summary>
    public int Logged(string text) => _log.Messages.Count(message => message.Contains(text, StringComparison.Ordinal));

    public static async Task<SiloHost> StartAsync(
        ApiServer api, Action<ClusterMembershipOptions>? membership = null, Action<KubernetesClusteringOptions>? clustering = null, string name = "silo")
    {
        var log = new LogCollector();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Logging.AddProvider(log);
        builder.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromSeconds(5));
        builder.Services.AddKubeApi(options => (options.Master, options.UserAgent) = (api.Server.Url.AbsoluteUri, name));
        builder.UseOrleans(silo =>
        {
            silo.UseKubernetesClustering(options =>
            {
                (options.Namespace, options.PodNamespace, options.PodWatch) = (ApiServer.Namespace, ApiServer.Namespace, false);
                clustering?.Invoke(options);
            });
            silo.Configure<ClusterOptions>(static options => (options.ClusterId, options.ServiceId) = ("orders", "orders"));
            silo.Configure<SiloOptions>(options => options.SiloName = name);
            silo.ConfigureEndpoints(IPAddress.Loopback, FreePort.Next(), FreePort.Next());
            silo.Configure<ClusterMembershipOptions>(options => membership?.Invoke(options));
            silo.Services.Replace(ServiceDescriptor.Singleton<IFatalErrorHandler, Fatalities>());
        });
        var host = builder.Build();
        await host.StartAsync(Token);
        return new SiloHost(host, log);
    }

    /// <summary>The silos that this one counts as active.</summary>
    public IReadOnlyList<SiloAddress> Active() =>
        [.. Membership.CurrentSnapshot.Members.Values.Where(static member => member.Status == SiloStatus.Active).Select(static member => member.SiloAddress).Order()];

    public Task StopAsync() => _host.StopAsync(Token);

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync(CancellationToken.None);
        _host.Dispose();
    }

    private sealed class LogCollector : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Messages { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
                Messages.Enqueue(formatter(state, exception));
        }

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}

/// <summary>Something to call.</summary>
public interface IEchoGrain : IGrainWithIntegerKey
{
    Task<string> Echo(string text);
}

public sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<string> Echo(string text) => Task.FromResult(text);
}
