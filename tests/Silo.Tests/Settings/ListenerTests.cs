using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Settings;

/// <summary>What listens where, and what is refused because it would be in the way of another.</summary>
public sealed class ListenerTests
{
    [Theory]
    [InlineData("http://127.0.0.1:8080", "127.0.0.1", 8080, true)]
    [InlineData("http://127.0.0.1:8080/", "127.0.0.1", 8080, true)]
    [InlineData("HTTP://[::1]:8080", "::1", 8080, true)]
    [InlineData("http://localhost:8080", "localhost", 8080, true)]
    [InlineData("http://*:8080", "*", 8080, false)]
    [InlineData("http://+:8080", "*", 8080, false)]
    [InlineData("http://0.0.0.0:8080", "0.0.0.0", 8080, false)]
    [InlineData("http://[::]:8080", "::", 8080, false)]
    [InlineData("http://10.0.0.7", "10.0.0.7", 80, false)]
    [InlineData("http://127.0.0.1:0", "127.0.0.1", 0, true)]
    public void An_address_is_read(string url, string host, int port, bool loopback)
    {
        var address = ListenAddress.Parse(url);

        Assert.Equal((host, port, loopback), (address.Host, address.Port, address.IsLoopback));
    }

    [Theory]
    [InlineData("8080", "is not an address such as http://127.0.0.1:8080")]
    [InlineData("https://127.0.0.1:8080", "is not an address such as http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080/base", "is not an address such as http://127.0.0.1:8080")]
    [InlineData("http://me@127.0.0.1:8080", "is not an address such as http://127.0.0.1:8080")]
    [InlineData("http://unix:/run/silo.sock", "is not an address such as http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:65536", "is not an address such as http://127.0.0.1:8080")]
    [InlineData("http://silo.example.com:8080", "has a host name: give an IP address, localhost, or * for all addresses")]
    [InlineData("http://localhost:0", "has port 0, which localhost cannot have: give 127.0.0.1")]
    public void What_is_no_address_is_refused(string url, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => ListenAddress.Parse(url)).Message);

    public static TheoryData<string[], string?> Combinations => new()
    {
        { ["--urls http://127.0.0.1:8080"], null },
        { ["--urls http://127.0.0.1:8080", "--urls http://[::1]:8080"], null },
        { ["--urls http://127.0.0.1:0", "--admin-urls http://127.0.0.1:0"], null },
        { ["--urls http://127.0.0.1:8081"], "--urls http://127.0.0.1:8081 and --admin-urls http://127.0.0.1:8081 use the same port: give each option a port of its own." },
        { ["--urls http://0.0.0.0:8080", "--admin-urls http://127.0.0.1:8080"], "--urls http://0.0.0.0:8080 and --admin-urls http://127.0.0.1:8080 use the same port: give each option a port of its own." },
        { ["--urls http://0.0.0.0:8080", "--admin-urls http://[::1]:8080"], "--urls http://0.0.0.0:8080 and --admin-urls http://[::1]:8080 use the same port: give each option a port of its own." },
        { ["--silo-port 9", "--gateway-port 9"], "--silo-port 9 and --gateway-port 9 use the same port: give each option a port of its own." },
        { ["--silo-port 8080"], "--urls http://127.0.0.1:8080 and --silo-port 8080 use the same port: give each option a port of its own." },
        { ["--dev true", "--api-port 30000"], "--api-port 30000 and --gateway-port 30000 use the same port: give each option a port of its own." },
        { ["--api-port 30000"], null },
        { ["--gateway-port 0"], null },
        { ["--urls http://127.0.0.1:8080", "--urls http://127.0.0.1:8080/"], "--urls: http://127.0.0.1:8080 and http://127.0.0.1:8080/ include the same address: leave one of them out." },
        { ["--urls http://0.0.0.0:8080", "--urls http://127.0.0.1:8080"], "--urls: http://0.0.0.0:8080 and http://127.0.0.1:8080 include the same address: leave one of them out." },
        { ["--urls http://127.0.0.1:8080", "--urls http://*:8080"], "--urls: http://127.0.0.1:8080 and http://*:8080 include the same address: leave one of them out." },
        { ["--urls http://localhost:8080", "--urls http://[::1]:8080"], "--urls: http://localhost:8080 and http://[::1]:8080 include the same address: leave one of them out." },
        { ["--urls http://0.0.0.0:8080", "--urls http://[::1]:8080"], null },
    };

    [Theory]
    [MemberData(nameof(Combinations))]
    public void A_port_belongs_to_one_option(string[] options, string? message)
    {
        var given = options.Select(option => option.Split(' ')).GroupBy(option => option[0][2..]).ToDictionary(group => group.Key, group => string.Join(',', group.Select(option => option[1])));
        SiloSettings Read() => SettingsReader.Read(given.GetValueOrDefault, new Dictionary<string, string>(), new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());

        if (message is null)
            Read();
        else
            Assert.Equal(message, Assert.Throws<SettingsException>(Read).Message);
    }
}
