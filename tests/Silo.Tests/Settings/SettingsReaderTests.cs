using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Settings;

public sealed class SettingsReaderTests
{
    private static SiloSettings Read(
        Dictionary<string, string>? commandLine = null,
        Dictionary<string, string>? environment = null,
        Dictionary<string, string?>? file = null) =>
        SettingsReader.Read(
            name => commandLine?.GetValueOrDefault(name),
            environment ?? [],
            new ConfigurationBuilder().AddInMemoryCollection(file ?? []).Build());

    [Fact]
    public void Without_anything_the_defaults_hold()
    {
        var settings = Read();

        Assert.Equal(new SiloSettings().SiloPort, settings.SiloPort);
        Assert.Empty(settings.Namespaces);
        Assert.Equal(ClusteringKind.Localhost, settings.ClusteringKind());
        Assert.Equal(["http://127.0.0.1:8080"], settings.ProbeUrls());
    }

    [Fact]
    public void The_command_line_takes_precedence_over_the_environment_and_that_over_the_file()
    {
        Dictionary<string, string?> file = new()
        {
            ["Operator:SiloPort"] = "1",
            ["Operator:GatewayPort"] = "2",
            ["Operator:ClusterId"] = "file",
        };
        Dictionary<string, string> environment = new() { ["Operator__SiloPort"] = "3", ["Operator__GatewayPort"] = "4" };
        Dictionary<string, string> commandLine = new() { ["silo-port"] = "5" };

        var settings = Read(commandLine, environment, file);

        Assert.Equal((5, 4, "file"), (settings.SiloPort, settings.GatewayPort, settings.ClusterId));
    }

    [Fact]
    public void Lists_come_as_commas_or_as_a_json_list()
    {
        Assert.Equal(["a", "b"], Read(commandLine: new() { ["namespace"] = "a, b" }).Namespaces);
        Assert.Equal(["a", "b"], Read(file: new() { ["Operator:Namespace:0"] = "a", ["Operator:Namespace:1"] = "b" }).Namespaces);
        Assert.Equal(4, Read(file: new() { ["Operator:FeedRanges:foos"] = "4" }).FeedRanges["foos"]);
    }

    [Fact]
    public void Every_kind_of_value_is_read()
    {
        var settings = Read(new()
        {
            ["dev"] = "true",
            ["available-delay"] = "500ms",
            ["resync-period"] = "1.5h",
            ["urls"] = "http://*:9000",
            ["clustering"] = "kubernetes",
            ["advertised-ip"] = "::1",
            ["probe-timeout"] = "1.5s",
            ["heartbeat-period"] = "10s",
            ["pod-selector"] = "app=operator",
            ["feed-standbys"] = "2",
            ["feed-ranges"] = "foos=2,deployments=4",
            ["log-level"] = "Warning",
            ["log-format"] = "json",
        });

        Assert.True(settings.Dev);
        Assert.Equal(TimeSpan.FromMilliseconds(500), settings.AvailableDelay);
        Assert.Equal(TimeSpan.FromMinutes(90), settings.ResyncPeriod);
        Assert.Equal(["http://*:9000"], settings.ProbeUrls());
        Assert.Equal(ClusteringKind.Kubernetes, settings.ClusteringKind());
        Assert.Equal(IPAddress.IPv6Loopback, settings.Advertised());
        Assert.Equal((TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(10)), (settings.ProbeTimeout, settings.HeartbeatPeriod));
        Assert.Equal(("app=operator", 2), (settings.PodSelector, settings.FeedStandbys));
        Assert.Equal((2, 4), (settings.FeedRanges["foos"], settings.FeedRanges["deployments"]));
        Assert.Equal((LogLevel.Warning, LogFormat.Json), (settings.LogLevel, settings.LogFormat));
    }

    [Theory]
    [InlineData("silo-port", "0", "--silo-port: '0' is not a whole number from 1 to 65535.")]
    [InlineData("silo-port", "x", "--silo-port: 'x' is not a whole number from 1 to 65535.")]
    [InlineData("gateway-port", "65536", "--gateway-port: '65536' is not a whole number from 0 to 65535.")]
    [InlineData("max-concurrent-reconciles", "-1", "--max-concurrent-reconciles: '-1' is not a whole number from 1 to 10000.")]
    [InlineData("resync-period", "10", "--resync-period: '10' is not a time from 1s to 168h, such as 500ms, 30s, 10m or 1h.")]
    [InlineData("resync-period", "0s", "--resync-period: '0s' is not a time from 1s to 168h, such as 500ms, 30s, 10m or 1h.")]
    [InlineData("probe-timeout", "100ms", "--probe-timeout: '100ms' is not a time from 0.5s to 168h, such as 500ms, 30s, 10m or 1h.")]
    [InlineData("feed-standbys", "-1", "--feed-standbys: '-1' is not a whole number from 0 to 100.")]
    [InlineData("master", "cluster:6443", "--master: 'cluster:6443' is not an http or https URL.")]
    [InlineData("urls", "8080", "--urls: '8080' is not an address such as http://127.0.0.1:8080.")]
    [InlineData("clustering", "zookeeper", "--clustering: 'zookeeper' is not kubernetes or localhost.")]
    [InlineData("advertised-ip", "me", "--advertised-ip: 'me' is not an IP address.")]
    [InlineData("feed-ranges", "foos", "--feed-ranges: 'foos' is not of the form KIND=N, such as foos=4.")]
    [InlineData("feed-ranges", "foos=2,foos=3", "--feed-ranges: 'foos=2,foos=3' names foos twice.")]
    [InlineData("log-format", "xml", "--log-format: 'xml' is not text or json.")]
    [InlineData("log-level", "7", "--log-level: '7' is not trace, debug, information, warning or error.")]
    [InlineData("namespace", "", "--namespace: '' is empty.")]
    [InlineData("namespace", "Bad_NS", "--namespace: 'Bad_NS' cannot be the name of a namespace: at most 63 of a-z, 0-9 and '-', with a letter or digit at both ends.")]
    [InlineData("namespace", "good,-bad", "--namespace: 'good,-bad' contains '-bad', which cannot be the name of a namespace: at most 63 of a-z, 0-9 and '-', with a letter or digit at both ends.")]
    [InlineData("urls", "http://127.0.0.1:1,x", "--urls: 'http://127.0.0.1:1,x' contains 'x', which is not an address such as http://127.0.0.1:8080.")]
    [InlineData("advertised-ip", "0.0.0.0", "--advertised-ip: '0.0.0.0' is not an address that other silos can connect to.")]
    [InlineData("advertised-ip", "::", "--advertised-ip: '::' is not an address that other silos can connect to.")]
    [InlineData("advertised-ip", "239.1.1.1", "--advertised-ip: '239.1.1.1' is not an address that other silos can connect to.")]
    [InlineData("admin-urls", "http://0.0.0.0:8081", "--admin-urls http://0.0.0.0:8081 is open to the network: give --admin-token-file, or listen on 127.0.0.1 and use kubectl port-forward.")]
    [InlineData("admin-urls", "http://127.0.0.1:8081,http://[::]:8082", "--admin-urls http://[::]:8082 is open to the network: give --admin-token-file, or listen on 127.0.0.1 and use kubectl port-forward.")]
    [InlineData("admin-urls", "http://localhost:8081,http://[::1]:8082", null)]
    [InlineData("tls-name", "silo.orleans-operator.svc", "--tls-name needs --tls-directory: give both or neither.")]
    [InlineData("tls-name", "*.example.com", "--tls-name: '*.example.com' is not a DNS name in lower case, such as silo.orleans-operator.svc.")]
    [InlineData("pod-selector", "app=", null)]
    [InlineData("pod-selector", "app.kubernetes.io/name=x, tier in (a,b),!test, q notin (z), w != 1,e==2,some", null)]
    [InlineData("pod-selector", "app=a b", "--pod-selector: 'app=a b' is not a label selector such as app=orleans-operator or 'tier in (a,b),!test'.")]
    [InlineData("pod-selector", "app=a,", "--pod-selector: 'app=a,' is not a label selector such as app=orleans-operator or 'tier in (a,b),!test'.")]
    [InlineData("pod-selector", "tier in a", "--pod-selector: 'tier in a' is not a label selector such as app=orleans-operator or 'tier in (a,b),!test'.")]
    public void A_wrong_value_names_the_option_and_the_remedy(string name, string value, string? message) =>
        Assert.Equal(message, Record.Exception(() => Read(new() { [name] = value }))?.Message);

    [Fact]
    public void A_wrong_value_names_the_place_it_came_from()
    {
        Assert.StartsWith("Operator__SiloPort: 'x'", Assert.Throws<SettingsException>(
            () => Read(environment: new() { ["Operator__SiloPort"] = "x" })).Message, StringComparison.Ordinal);
        Assert.StartsWith("Operator:SiloPort in appsettings.json: 'x'", Assert.Throws<SettingsException>(
            () => Read(file: new() { ["Operator:SiloPort"] = "x" })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Dev_brings_its_own_API_server()
    {
        Assert.Contains("leave out --kubeconfig", Assert.Throws<SettingsException>(
            () => Read(new() { ["dev"] = "true", ["kubeconfig"] = "f" })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Operator__SiloPrt", "Environment variable Operator__SiloPrt is no setting: see --help for their names.")]
    [InlineData("OPERATOR__SILOPORT", "Environment variable OPERATOR__SILOPORT is no setting: write Operator__SiloPort.")]
    [InlineData("Operator__siloport", "Environment variable Operator__siloport is no setting: write Operator__SiloPort.")]
    public void A_misspelled_environment_variable_is_refused(string name, string message) =>
        Assert.Equal(message, Assert.Throws<SettingsException>(() => Read(environment: new() { [name] = "1" })).Message);

    [Theory]
    [InlineData("Operator:SiloPrt", "Operator:SiloPrt in appsettings.json is no setting: see --help for their names.")]
    [InlineData("Operator:SiloPort:Inner", "Operator:SiloPort in appsettings.json takes one value, not a list or an object.")]
    [InlineData("SiloPort", "SiloPort in appsettings.json is outside the section Operator: move it there.")]
    public void A_misspelled_key_in_the_file_is_refused(string key, string message) =>
        Assert.Equal(message, Assert.Throws<SettingsException>(() => Read(file: new() { [key] = "1" })).Message);

    [Fact]
    public void Keys_of_others_in_the_file_are_theirs() =>
        Assert.Equal(7, Read(file: new() { ["Logging:LogLevel:Default"] = "Debug", ["operator:siloport"] = "7" }).SiloPort);
}
