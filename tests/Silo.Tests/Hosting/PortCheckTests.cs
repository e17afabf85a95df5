using System.Net;
using System.Net.Sockets;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Hosting;

public sealed class PortCheckTests
{
    [Theory]
    [InlineData("127.0.0.1", "http://127.0.0.1:{0}")]
    [InlineData("127.0.0.1", "http://0.0.0.0:{0}")]
    [InlineData("127.0.0.1", "http://[::]:{0}")]
    [InlineData("127.0.0.1", "http://*:{0}")]
    [InlineData("127.0.0.1", "http://localhost:{0}")]
    [InlineData("::1", "http://*:{0}")]
    [InlineData("::1", "http://localhost:{0}")]
    public void A_port_in_use_on_either_family_is_seen(string taken, string url)
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "needs IPv6");
        using var listener = new TcpListener(IPAddress.Parse(taken), 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var settings = new SiloSettings { Urls = [string.Format(null, url, port)], AdminUrls = [], SiloPort = 0, GatewayPort = 0 };

        var message = Assert.Throws<SettingsException>(() => PortCheck.EnsureFree(settings)).Message;

        Assert.Equal($"Port {port} is in use: choose another with --urls.", message);
    }
}
