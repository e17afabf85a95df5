using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansOperator.KubeApi;
using OrleansOperator.WatchIngest.AntiEntropy;
using OrleansOperator.WatchIngest.Dispatching;
using OrleansOperator.WatchIngest.Health;

namespace OrleansOperator.WatchIngest;

/// <summary>What every feed of a silo needs.</summary>
internal sealed class IngestServices(
    ILocalSiloDetails silo, IKubeApi api, Dispatcher dispatcher, IFeedPeers peers, Supervisor supervisor, IOptions<WatchIngestOptions> options,
    WatchIngestMetrics metrics, TimeProvider clock, ILogger<IngestServices> logger)
{
    public ILocalSiloDetails Silo => silo;

    public IKubeApi Api => api;

    public Dispatcher Dispatcher => dispatcher;

    public IFeedPeers Peers => peers;

    public Supervisor Supervisor => supervisor;

    public WatchIngestOptions Options => options.Value;

    public WatchIngestMetrics Metrics => metrics;

    public TimeProvider Clock => clock;

    public ILogger Logger => logger;
}
