using System.Net;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Settings;

/// <summary>Where a silo listens, by the address that it advertises.</summary>
public sealed class SiloAddressesTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:11111")]
    [InlineData("::1", "[::1]:11111")]
    [InlineData("10.244.0.7", "[::]:11111")]
    [InlineData("fd00::7", "[::]:11111")]
    public void A_silo_listens_on_loopback_or_on_all_addresses_of_both_families(string advertised, string listens)
    {
        var settings = new SiloSettings { AdvertisedIp = IPAddress.Parse(advertised) };

        Assert.Equal(listens, settings.ListenEndPoint(settings.SiloPort).ToString());
    }

    [Fact]
    public void Outside_a_pod_a_silo_is_named_after_its_machine_and_port() =>
        Assert.Equal($"{Environment.MachineName}-11112", new SiloSettings { SiloPort = 11112 }.SiloName());
}
