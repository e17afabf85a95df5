using System.Net;
using System.Net.Sockets;

namespace OrleansOperator.Tests;

/// <summary>Ports for servers that a test starts and cannot let choose their own.</summary>
internal static class FreePort
{
    /// <summary>
    /// Below the ports that the system gives to outgoing connections, so that none takes one before its server listens, or while
    /// the server restarts.
    /// </summary>
    private const int First = 12_000;

    private const int Count = 18_000;

    private static int s_next = Random.Shared.Next(Count);

    /// <summary>A port that nobody listens on, and that this process has not been given before.</summary>
    public static int Next()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, First + (Interlocked.Increment(ref s_next) % Count));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Taken by another process: the next one.
            }
        }
    }
}
