using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission;
using OrleansOperator.DevCluster.Admission.Quotas;
using OrleansOperator.DevCluster.Admission.Webhooks;
using OrleansOperator.DevCluster.Audit;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Authorization;
using OrleansOperator.DevCluster.Certificates;
using OrleansOperator.DevCluster.Discovery;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Loops;
using OrleansOperator.DevCluster.OpenApi;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster;

/// <summary>The parts of a server, put together by hand: there is one of each.</summary>
internal sealed class ServerParts : IDisposable
{
    private static readonly string[] Namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

    private static readonly (string Name, long Value, string Description)[] PriorityClasses =
    [
        ("system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."),
        ("system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node."),
    ];

    private readonly DevClusterOptions _options;
    private readonly ObjectStore _store;
    private readonly DeletionService _deletions;
    private readonly Authorizer _authorizer;
    private readonly ResourceQuotas _quotas;
    private readonly WebhookClient _webhooks;

    private ServerParts(DevClusterOptions options)
    {
        _options = options;
        _store = new ObjectStore(options);
        Registry = new ResourceRegistry();
        Faults = new FaultInjector(_store);
        Audit = new AuditLog();
        _authorizer = new Authorizer(options, _store);
        _quotas = new ResourceQuotas(_store);
        _webhooks = new WebhookClient(_store, options);
        Objects = new ObjectService(_store, Registry, Faults, new AdmissionChain(_store, Registry, _authorizer, _webhooks, options.OwnerReferencesPermissionEnforcement ? new OwnerReferences(_authorizer, Registry) : null), _quotas, options.TimeProvider);
        _deletions = new DeletionService(_store, options.TimeProvider);
        Crds = new CrdLifecycle(_store, Registry, _deletions, _webhooks, options.TimeProvider);
        Tokens = new ServiceAccountTokens(_store, options.TimeProvider);
        Loops = options.Loops ? NewLoops() : null;
    }

    public ObjectService Objects { get; }

    public ResourceRegistry Registry { get; }

    public CrdLifecycle Crds { get; }

    public FaultInjector Faults { get; }

    public AuditLog Audit { get; }

    public ClusterLoops? Loops { get; }

    public ServiceAccountTokens Tokens { get; }

    /// <summary>The parts, with the objects that every cluster has.</summary>
    public static ServerParts Prepared(DevClusterOptions options)
    {
        var parts = new ServerParts(options);
        var (objects, registry) = (parts.Objects, parts.Registry);
        foreach (var name in Namespaces)
            objects.CreateOwn(registry.Find("", "v1", "namespaces")!, null, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } });
        foreach (var (name, value, description) in PriorityClasses)
        {
            objects.CreateOwn(registry.Find("scheduling.k8s.io", "v1", "priorityclasses")!, null,
                new JsonObject { ["metadata"] = new JsonObject { ["name"] = name }, ["value"] = value, ["description"] = description });
        }

        BootstrapPolicy.Create(objects, registry);
        return parts;
    }

    /// <summary>What answers requests.</summary>
    /// <param name="tls">The certificates; null over plain HTTP.</param>
    /// <param name="logger">Takes what no request should come to.</param>
    public RequestHandler HandlerOf(ServerTls? tls, ILogger<RequestHandler> logger)
    {
        var authenticator = new Authenticator(_options, tls is null ? null : new ClientCertificates(tls.Certificate, _options.TimeProvider), Tokens, Faults);
        var reply = new ObjectReply(_options.TimeProvider);
        var writes = new WriteHandler(
            Objects, new ChangeHandler(Objects, Crds, reply), new ScaleHandler(Objects), new SubresourceHandler(Objects, _deletions, new TokenRequestHandler(Objects, Registry, Tokens, _options.TimeProvider), reply),
            new DeleteHandler(Objects, _deletions, Crds, reply, _options), Crds, reply, new AccessReviewHandler(_authorizer, Faults), new IdentityReviewHandler(authenticator));
        return new RequestHandler(
            _options, authenticator, _authorizer, new EscalationCheck(_authorizer, Registry, _store), Registry,
            new DiscoveryHandler(Registry, new OpenApiDocuments(Registry)), new ListHandler(_store, _options), new WatchHandler(_store, Faults, _options), writes,
            new AdminHandler(Faults, Audit), Faults, Audit, logger);
    }

    public void Dispose() => _webhooks.Dispose();

    private ClusterLoops NewLoops()
    {
        var (clock, writes) = (_options.TimeProvider, new LoopStore(_store, Registry, _deletions));
        void Report(string ns, JsonObject @event)
        {
            if (_store.Find(NamespaceLoop.Resource, "", ns) is { IsDeleting: false })
                Objects.CreateOwn(Registry.Find("", "v1", "events")!, ns, @event);
        }

        return new ClusterLoops(
            _store, new DeploymentLoop(_store, _options.AvailableDelay, clock), new GarbageLoop(writes, Report, clock), new NamespaceLoop(writes, clock), new ReleaseLoop(writes),
            new QuotaLoop(_store, _quotas), new ServiceAccountLoop(Objects, Registry), new AggregationLoop(_store, writes));
    }
}
