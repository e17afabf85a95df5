using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>The membership as the first of some silos sees it.</summary>
internal sealed class TestMembership : IClusterMembershipService, ILocalSiloDetails
{
    private readonly Channel<ClusterMembershipSnapshot> _updates = Channel.CreateUnbounded<ClusterMembershipSnapshot>();
    private long _version;

    public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } =
        new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, MembershipVersion.MinValue);

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _updates.Reader.ReadAllAsync();

    public string Name => "silo-1";

    public string ClusterId => "test";

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress => Silo(1);

    public SiloAddress GatewayAddress => Silo(1);

    /// <summary>The address of a silo.</summary>
    public static SiloAddress Silo(int host) => SiloAddress.New(new IPEndPoint(IPAddress.Parse($"10.244.0.{host}"), 11111), 100);

    /// <summary>Tells which silos there are.</summary>
    public void Tell(params (int Host, SiloStatus Status)[] silos)
    {
        CurrentSnapshot = new ClusterMembershipSnapshot(
            silos.ToImmutableDictionary(silo => Silo(silo.Host), silo => new ClusterMember(Silo(silo.Host), silo.Status, $"silo-{silo.Host}")),
            new MembershipVersion(++_version));
        Assert.True(_updates.Writer.TryWrite(CurrentSnapshot));
    }

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException("the ingest kills nobody");
}
