using System.Net;
using System.Net.Sockets;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Hosting;

/// <summary>
/// Checks before the start that each port is free, because the servers that would find out later cannot say which option
/// to change.
/// </summary>
internal static class PortCheck
{
    /// <summary>Tries each address once.</summary>
    /// <exception cref="SettingsException">A port is in use, or the address is not one of this machine's.</exception>
    public static void EnsureFree(SiloSettings settings)
    {
        if (settings.Dev)
            EnsureFree(new IPEndPoint(IPAddress.Loopback, settings.ApiPort), "--api-port");
        foreach (var url in settings.ProbeUrls())
            EnsureFree(EndPointOf(url), "--urls");
        foreach (var url in settings.AdminUrls)
            EnsureFree(EndPointOf(url), "--admin-urls");
        EnsureFree(settings.ListenEndPoint(settings.SiloPort), "--silo-port");
        EnsureFree(settings.ListenEndPoint(settings.GatewayPort), "--gateway-port");
    }

    /// <summary>The address that Kestrel will bind for a URL.</summary>
    public static IPEndPoint EndPointOf(string url)
    {
        var address = BindingAddress.Parse(url);
        var ip = address.Host switch
        {
            "localhost" => IPAddress.Loopback,
            var host when IPAddress.TryParse(host, out var parsed) => parsed,
            _ => SiloAddresses.AnyAddress,
        };
        return new IPEndPoint(ip, address.Port);
    }

    private static void EnsureFree(IPEndPoint endPoint, string option)
    {
        if (endPoint.Port == 0)
            return;
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            // As Kestrel and Orleans listen: all IPv6 addresses are all IPv4 addresses too.
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.ExclusiveAddressUse = false;
            socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            socket.Bind(endPoint);
            socket.Listen(1);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new SettingsException($"Port {endPoint.Port} is in use: choose another with {option}.");
        }
        catch (SocketException e)
        {
            throw new SettingsException($"Cannot listen on {endPoint}: {e.Message}. Change it with {option}.");
        }
    }
}
