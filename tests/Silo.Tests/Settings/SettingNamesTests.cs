using System.Text.RegularExpressions;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Settings;

/// <summary>
/// Kubernetes gives each container variables for every Service of its namespace, such as <c>OPERATOR_SILO_PORT=tcp://…</c> for one named
/// <c>operator-silo</c> (https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables). None may be a setting.
/// </summary>
public sealed partial class SettingNamesTests
{
    /// <summary>
    /// What kubelet's <c>envvars.FromServices</c> can produce: the Service's name, a DNS label in upper case with underscores for
    /// dashes, and a suffix. The name neither begins nor ends with an underscore, but may have several in a row.
    /// </summary>
    [GeneratedRegex(@"^[A-Z0-9]([A-Z0-9_]{0,61}[A-Z0-9])?_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$", RegexOptions.IgnoreCase)]
    private static partial Regex ServiceLink { get; }

    public static TheoryData<string> Settings => [.. SettingTable.All.Select(setting => setting.Name)];

    [Theory]
    [MemberData(nameof(Settings))]
    public void No_Service_can_set_a_setting(string name)
    {
        var setting = SettingTable.All.Single(setting => setting.Name == name);

        // Without regard to case, as environments are on Windows nodes.
        Assert.DoesNotMatch(ServiceLink, setting.EnvironmentVariable);
    }

    [Theory]
    [InlineData("OPERATOR_SILO_PORT")]
    [InlineData("OPERATOR__SILO_PORT")]
    [InlineData("OPERATOR_SILO_PORT_11111_TCP")]
    [InlineData("OPERATOR_SILO_PORT_11111_TCP_ADDR")]
    [InlineData("OPERATOR_SILO_SERVICE_HOST")]
    [InlineData("OPERATOR_SILO_SERVICE_PORT_PROBES")]
    public void Services_named_like_settings_set_other_variables(string link)
    {
        Assert.Matches(ServiceLink, link);
        var settings = SettingsReader.Read(
            _ => null, new Dictionary<string, string> { [link] = "tcp://10.96.0.10:11111" }, new Microsoft.Extensions.Configuration.ConfigurationBuilder().Build());
        Assert.Equal(new SiloSettings().SiloPort, settings.SiloPort);
    }

    [Fact]
    public void Names_are_those_of_the_key_in_the_file()
    {
        var setting = SettingTable.All.Single(setting => setting.Name == "silo-port");

        Assert.Equal(("--silo-port", "Operator:SiloPort", "Operator__SiloPort"), (setting.Option, setting.ConfigurationKey, setting.EnvironmentVariable));
    }
}
