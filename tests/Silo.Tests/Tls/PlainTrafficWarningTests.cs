using System.Net;
using OrleansOperator.Silo.Settings;
using OrleansOperator.Silo.Tests.Support;
using OrleansOperator.Silo.Tls;

namespace OrleansOperator.Silo.Tests.Tls;

public sealed class PlainTrafficWarningTests
{
    [Theory]
    [InlineData("10.244.0.7", 30000, "11111 or 30000")]
    [InlineData("10.244.0.7", 0, "11111")]
    [InlineData("127.0.0.1", 30000, null)]
    public async Task A_silo_that_others_reach_without_TLS_says_which_ports_need_a_NetworkPolicy(string advertised, int gatewayPort, string? ports)
    {
        var log = new LineLogger<PlainTrafficWarning>();
        var settings = new SiloSettings { AdvertisedIp = IPAddress.Parse(advertised), GatewayPort = gatewayPort };

        await new PlainTrafficWarning(settings, log).StartAsync(TestContext.Current.CancellationToken);

        string[] expected = ports is null
            ? []
            : [$"Warning: Silos talk to each other without TLS: whoever reaches port {ports} of a silo can call every grain. A NetworkPolicy has to admit silos only, or give --tls-directory"];
        Assert.Equal(expected, log.Lines);
    }
}
