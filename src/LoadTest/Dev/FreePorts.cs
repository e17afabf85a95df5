using System.Net;
using System.Net.Sockets;

namespace OrleansOperator.LoadTest.Dev;

/// <summary>Ports for processes that cannot choose their own.</summary>
internal static class FreePorts
{
    /// <summary>Below the ports that the system gives to outgoing connections, so that none of those takes one meanwhile.</summary>
    private const int First = 12_000;

    private const int Count = 18_000;

    private static int s_next = Random.Shared.Next(Count);

    /// <summary>A port that nobody listens on, and that was not given before.</summary>
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
                // Taken: the next one.
            }
        }
    }
}
