using System.Net;
using System.Net.Sockets;

namespace OrleansOperator.Silo.Settings;

/// <summary>One address of <c>--urls</c> or <c>--admin-urls</c>, such as <c>http://127.0.0.1:8080</c>, <c>http://localhost:8080</c> or <c>http://*:8080</c>.</summary>
/// <param name="Url">As it was given.</param>
/// <param name="Host">An IP address, <c>localhost</c> for both loopback addresses, or <c>*</c> for all addresses of both families.</param>
/// <param name="Port">The port; 0 takes a free one.</param>
internal sealed record ListenAddress(string Url, string Host, int Port)
{
    /// <summary><c>*</c> or <c>localhost</c> in <see cref="Host"/>.</summary>
    public const string All = "*", Localhost = "localhost";

    /// <summary>The IP addresses that are listened on.</summary>
    public IReadOnlyList<IPAddress> Addresses => Host switch
    {
        All => [SiloAddresses.AnyAddress],
        Localhost => Socket.OSSupportsIPv6 ? [IPAddress.Loopback, IPAddress.IPv6Loopback] : [IPAddress.Loopback],
        _ => [IPAddress.Parse(Host)],
    };

    /// <summary>Whether only this machine can connect to it; in a pod, only the pod itself and <c>kubectl port-forward</c>.</summary>
    public bool IsLoopback => Addresses.All(IPAddress.IsLoopback);

    /// <summary>Reads a URL. Host names other than localhost are refused, because Kestrel would listen on all addresses for them.</summary>
    /// <exception cref="FormatException">It is no address to listen on; the message completes a sentence that begins with the text.</exception>
    public static ListenAddress Parse(string text)
    {
        const string Scheme = "http://";
        var authority = text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? text[Scheme.Length..].TrimEnd('/') : "";

        // Uri knows no wildcards; an address of the same shape stands in for them.
        var wildcard = authority.StartsWith('*') || authority.StartsWith('+');
        var plain = wildcard ? "0.0.0.0" + authority[1..] : authority;
        if (!Uri.TryCreate(Scheme + plain, UriKind.Absolute, out var url) || url.PathAndQuery != "/" || url.UserInfo.Length > 0 || url.Fragment.Length > 0)
            throw new FormatException("is not an address such as http://127.0.0.1:8080");
        var host = wildcard ? All : url.Host.Trim('[', ']');
        if (host == Localhost && url.Port == 0)
            throw new FormatException("has port 0, which localhost cannot have: give 127.0.0.1");
        return host is All or Localhost || IPAddress.TryParse(host, out _)
            ? new ListenAddress(text, host, url.Port)
            : throw new FormatException("has a host name: give an IP address, localhost, or * for all addresses");
    }
}
