using System.Net;

namespace OrleansOperator.Silo.Hosting;

/// <summary>Addresses of peers, as people know them.</summary>
internal static class PeerAddress
{
    /// <summary>An IPv4 address as such, which a listener on both families has as <c>::ffff:10.0.0.7</c>.</summary>
    public static IPAddress Plain(this IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
