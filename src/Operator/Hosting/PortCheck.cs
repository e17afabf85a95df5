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
        foreach (var listener in Listener.Of(settings))
        {
            foreach (var endPoint in listener.EndPoints)
                EnsureFree(endPoint, listener.Option);
        }
    }

    private static void EnsureFree(IPEndPoint endPoint, string option)
    {
        if (endPoint.Port == 0)
            return;
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);

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
