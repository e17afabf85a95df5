using System.Net;
using System.Text;
using System.Text.Json;
using OrleansOperator.Clustering.Kubernetes.Membership;
using OrleansOperator.Clustering.Kubernetes.Pods;
using OrleansOperator.KubeApi;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Histories;

/// <summary>The API's conditional writes of one OrleansCluster object, and its Leases and pods, in memory: thousands of times faster than a server.</summary>
internal sealed class SimulatedApiServer(SimulatedClock clock, bool tellsTime)
{
    private readonly SortedDictionary<string, string> _leases = new(StringComparer.Ordinal);
    private byte[]? _leaseList;
    private byte[]? _cluster;
    private int _version;

    /// <summary>Rises with each change of the OrleansCluster object: what a watch would show.</summary>
    public int Changes { get; private set; }

    /// <summary>The object; null when there is none.</summary>
    public OrleansClusterObject? Cluster { get; private set; }

    /// <summary>The pods by uid.</summary>
    public Dictionary<string, PodObject> Pods { get; } = new(StringComparer.Ordinal);

    public void DeleteCluster()
    {
        Set(null);
        _leases.Clear();
        _leaseList = null;
    }

    public HttpResponseMessage Answer(KubeRequest request) => (request.Target.Resource, request.Target.Verb) switch
    {
        ("orleansclusters.orleansoperator.io", "get") => _cluster is null ? throw Error(HttpStatusCode.NotFound, "NotFound", request) : Ok(_cluster),
        ("orleansclusters.orleansoperator.io", "create") => Create(request),
        ("orleansclusters.orleansoperator.io/status", "update") => Update(request),
        ("leases.coordination.k8s.io", "list") => Ok(_leaseList ??= Encoding.UTF8.GetBytes($$"""{"items":[{{string.Join(',', _leases.Values)}}]}""")),
        ("leases.coordination.k8s.io", "patch") => Apply(request),
        ("leases.coordination.k8s.io", "delete") => Delete(request),
        _ => throw new InvalidOperationException($"{request.Target}"),
    };

    private HttpResponseMessage Create(KubeRequest request)
    {
        if (Cluster is not null)
            throw Error(HttpStatusCode.Conflict, "AlreadyExists", request);
        var created = Read(request);
        Set(created with { Metadata = created.Metadata with { Uid = $"uid-{++_version}", ResourceVersion = $"{_version}" }, Status = null });
        return Ok(_cluster!);
    }

    private HttpResponseMessage Update(KubeRequest request)
    {
        if (Cluster is null)
            throw Error(HttpStatusCode.NotFound, "NotFound", request);
        var written = Read(request);
        if (written.Metadata.ResourceVersion != Cluster.Metadata.ResourceVersion || written.Metadata.Uid != Cluster.Metadata.Uid)
            throw Error(HttpStatusCode.Conflict, "Conflict", request);
        Set(Cluster with { Metadata = Cluster.Metadata with { ResourceVersion = $"{++_version}" }, Status = written.Status });
        return Ok(_cluster!);
    }

    private HttpResponseMessage Apply(KubeRequest request)
    {
        var text = Encoding.UTF8.GetString(request.Body.Span);
        _leases[Name(request)] = text;
        _leaseList = null;
        return Ok(request.Body.ToArray());
    }

    private HttpResponseMessage Delete(KubeRequest request)
    {
        if (!_leases.Remove(Name(request)))
            throw Error(HttpStatusCode.NotFound, "NotFound", request);
        _leaseList = null;
        return Ok("{}"u8.ToArray());
    }

    private void Set(OrleansClusterObject? cluster)
    {
        Cluster = cluster;
        _cluster = cluster is null ? null : JsonSerializer.SerializeToUtf8Bytes(cluster, MembershipJson.Default.OrleansClusterObject);
        Changes++;
    }

    private HttpResponseMessage Ok(byte[] body)
    {
        var response = new HttpResponseMessage(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };
        var now = clock.GetUtcNow();
        if (tellsTime)
            response.Headers.Date = new DateTimeOffset(now.Ticks - (now.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero);
        return response;
    }

    private static OrleansClusterObject Read(KubeRequest request) => JsonSerializer.Deserialize(request.Body.Span, MembershipJson.Default.OrleansClusterObject)!;

    private static string Name(KubeRequest request) => request.Path.Split('?')[0].Split('/')[^1];

    private static KubeApiException Error(HttpStatusCode code, string reason, KubeRequest request) => new(code, reason, reason, request.Target);
}
