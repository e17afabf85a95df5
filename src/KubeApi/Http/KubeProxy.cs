using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace OrleansOperator.KubeApi.Http;

/// <summary>The proxy of a kubeconfig, whose URL may have a user and a password.</summary>
internal static class KubeProxy
{
    /// <summary>The proxy without user and password in its address: .NET puts the address into its messages.</summary>
    public static WebProxy Of(Uri proxy) => new(WithoutUser(proxy)) { Credentials = Credentials(proxy) };

    /// <summary>
    /// The header for a request to an http server, which goes to the proxy as it is. For an https server .NET opens a tunnel, and
    /// answers the proxy's challenge with the credentials.
    /// </summary>
    public static AuthenticationHeaderValue? Authorization(Uri? proxy) => proxy is not null && Credentials(proxy) is { } user
        ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user.UserName}:{user.Password}")))
        : null;

    private static Uri WithoutUser(Uri proxy) => new UriBuilder(proxy) { UserName = "", Password = "" }.Uri;

    private static NetworkCredential? Credentials(Uri proxy)
    {
        if (proxy.UserInfo is not { Length: > 0 } info)
            return null;
        var parts = info.Split(':', 2);
        return new NetworkCredential(Uri.UnescapeDataString(parts[0]), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
    }
}
