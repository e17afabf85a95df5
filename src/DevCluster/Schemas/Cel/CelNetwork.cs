using System.Net;
using System.Net.Sockets;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>Kubernetes' libraries of URLs, IP addresses and CIDRs (https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-url-library).</summary>
internal static class CelNetwork
{
    public static IReadOnlyCollection<string> Names { get; } =
    [
        "isURL", "url", "getScheme", "getHost", "getHostname", "getPort", "getEscapedPath", "getQuery",
        "isIP", "ip", "ip.isCanonical", "family", "isUnspecified", "isLoopback", "isLinkLocalMulticast", "isLinkLocalUnicast", "isGlobalUnicast",
        "isCIDR", "cidr", "containsIP", "containsCIDR", "masked", "prefixLength",
    ];

    public static object? Apply(string function, object?[] args) => (function, args) switch
    {
        ("isURL", [string text]) => CelUrl.Parse(text) is not null,
        ("url", [CelUrl url]) => url,
        ("url", [string text]) => CelUrl.Parse(text) ?? throw new CelException($"URL parse error during conversion from string: parse \"{text}\": invalid URI for request"),
        ("getScheme", [CelUrl url]) => url.Scheme,
        ("getHost", [CelUrl url]) => url.Host,
        ("getHostname", [CelUrl url]) => url.Hostname,
        ("getPort", [CelUrl url]) => url.Port,
        ("getEscapedPath", [CelUrl url]) => url.Path,
        ("getQuery", [CelUrl url]) => url.Values(),
        ("isIP", [string text]) => Ip(text) is not null,
        ("ip", [IPAddress ip]) => ip,
        ("ip", [string text]) => Ip(text) ?? throw new CelException($"IP Address \"{text}\" parse error during conversion from string"),
        ("ip", [CelCidr cidr]) => cidr.Address,
        ("ip.isCanonical", [string text]) => (Ip(text) ?? throw new CelException($"IP Address \"{text}\" parse error during conversion from string")).ToString() == text,
        ("string", [IPAddress ip]) => ip.ToString(),
        ("string", [CelCidr cidr]) => $"{cidr.Address}/{cidr.PrefixLength}",
        ("string", [CelUrl url]) => url.Text,
        ("family", [IPAddress ip]) => ip.AddressFamily == AddressFamily.InterNetwork ? 4L : 6L,
        ("isUnspecified", [IPAddress ip]) => ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any),
        ("isLoopback", [IPAddress ip]) => IPAddress.IsLoopback(ip),
        ("isLinkLocalMulticast", [IPAddress ip]) => ip.GetAddressBytes() is [224, 0, 0, _] or [0xff, 2, ..],
        ("isLinkLocalUnicast", [IPAddress ip]) => ip.GetAddressBytes() is [169, 254, _, _] || ip.IsIPv6LinkLocal,
        ("isGlobalUnicast", [IPAddress ip]) => !ip.Equals(IPAddress.Broadcast) && !ip.Equals(IPAddress.Any) && !ip.Equals(IPAddress.IPv6Any)
            && !IPAddress.IsLoopback(ip) && !IsMulticast(ip) && !ip.IsIPv6LinkLocal && ip.GetAddressBytes() is not [169, 254, _, _],
        ("isCIDR", [string text]) => Cidr(text) is not null,
        ("cidr", [CelCidr cidr]) => cidr,
        ("cidr", [string text]) => Cidr(text) ?? throw new CelException($"network address parse error during conversion from string: netip.ParsePrefix(\"{text}\")"),
        ("containsIP", [CelCidr cidr, string text]) => Contains(cidr, Ip(text) ?? throw new CelException($"IP Address \"{text}\" parse error during conversion from string"), MaxBits(cidr.Address)),
        ("containsIP", [CelCidr cidr, IPAddress ip]) => Contains(cidr, ip, MaxBits(ip)),
        ("containsCIDR", [CelCidr cidr, string text]) => ContainsCidr(cidr, Cidr(text) ?? throw new CelException($"network address parse error during conversion from string: netip.ParsePrefix(\"{text}\")")),
        ("containsCIDR", [CelCidr cidr, CelCidr other]) => ContainsCidr(cidr, other),
        ("masked", [CelCidr cidr]) => new CelCidr(Mask(cidr.Address, cidr.PrefixLength), cidr.PrefixLength),
        ("prefixLength", [CelCidr cidr]) => (long)cidr.PrefixLength,
        _ => CelFunctions.NoOverload,
    };

    /// <summary>As Go reads addresses: four decimal numbers without leading zeros, or IPv6 without a zone, and not IPv4 mapped into it.</summary>
    private static IPAddress? Ip(string text)
    {
        if (text.Contains('%', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var ip) || ip.IsIPv4MappedToIPv6)
            return null;
        return ip.AddressFamily != AddressFamily.InterNetwork || ip.ToString() == text ? ip : null;
    }

    private static CelCidr? Cidr(string text)
    {
        var parts = text.Split('/');
        return parts.Length == 2 && Ip(parts[0]) is { } ip && parts[1].Length is > 0 and < 4 && parts[1].All(char.IsAsciiDigit)
            && !(parts[1].Length > 1 && parts[1][0] == '0') && int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture) is var length && length <= MaxBits(ip)
                ? new CelCidr(ip, length)
                : null;
    }

    private static int MaxBits(IPAddress ip) => ip.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;

    private static bool ContainsCidr(CelCidr cidr, CelCidr other) => Contains(cidr, other.Address, other.PrefixLength);

    private static bool Contains(CelCidr cidr, IPAddress ip, int prefixLength) =>
        ip.AddressFamily == cidr.Address.AddressFamily && prefixLength >= cidr.PrefixLength
        && Mask(ip, cidr.PrefixLength).Equals(Mask(cidr.Address, cidr.PrefixLength));

    private static IPAddress Mask(IPAddress ip, int length)
    {
        var bytes = ip.GetAddressBytes();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(length >= 8 * (i + 1) ? 0xff : length <= 8 * i ? 0 : 0xff << (8 * (i + 1) - length));
        return new IPAddress(bytes);
    }

    private static bool IsMulticast(IPAddress ip) => ip.IsIPv6Multicast || ip.GetAddressBytes() is [>= 224 and <= 239, _, _, _];
}
