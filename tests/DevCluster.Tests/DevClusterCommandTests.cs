using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Tests;

/// <summary>What the command says when it cannot do what it was asked to: one line that names the option and the remedy.</summary>
public sealed class DevClusterCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("devcluster-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("--nope", "Unrecognized command or argument '--nope'. --help lists all options.")]
    [InlineData("--urls", "Required argument missing for option: '--urls'. --help lists all options.")]
    [InlineData("--urls nonsense", "--urls: 'nonsense' is not an address such as https://127.0.0.1:7443. --help lists all options.")]
    [InlineData("--urls ftp://127.0.0.1:0", "--urls: 'ftp://127.0.0.1:0' is not an address such as https://127.0.0.1:7443. --help lists all options.")]
    [InlineData("--urls http://some.host:0", "--urls: 'http://some.host:0' is not an address such as https://127.0.0.1:7443. --help lists all options.")]
    [InlineData("--urls http://localhost:0", "--urls: 'http://localhost:0' is not an address such as https://127.0.0.1:7443. --help lists all options.")]
    [InlineData("--urls http://192.0.2.1:7443", "--urls http://192.0.2.1:7443: cannot listen there (Cannot assign requested address). Choose another address.")]
    [InlineData("--service-address hooks=127.0.0.1", "--service-address: 'hooks=127.0.0.1' is not NAMESPACE/NAME=HOST:PORT, such as default/hooks=127.0.0.1:9443. --help lists all options.")]
    [InlineData("--available-delay x", "--available-delay: 'x' is not a number of seconds from 0 to 86400, such as 0.5. --help lists all options.")]
    [InlineData("--available-delay -1", "--available-delay: '-1' is not a number of seconds from 0 to 86400, such as 0.5. --help lists all options.")]
    [InlineData("--available-delay 1e300", "--available-delay: '1e300' is not a number of seconds from 0 to 86400, such as 0.5. --help lists all options.")]
    [InlineData("--feature-gates Nope=true", "--feature-gates: 'Nope=true' is unknown. There is ShardedListAndWatch=true or =false. --help lists all options.")]
    [InlineData("--feature-gates ShardedListAndWatch", "--feature-gates: 'ShardedListAndWatch' is unknown. There is ShardedListAndWatch=true or =false. --help lists all options.")]
    [InlineData("--token \t", "--token takes printable ASCII without spaces: leave it out if no token is needed. --help lists all options.")]
    [InlineData("--http --urls https://127.0.0.1:0", "--http contradicts --urls https://127.0.0.1:0: leave one of them out.")]
    [InlineData("--token-auth-file /no/such/file", "--token-auth-file /no/such/file: no such file. --help lists all options.")]
    [InlineData("--apply http://example.com/foo.yaml", "--apply http://example.com/foo.yaml: no such file or folder. URLs are not fetched: give a file.")]
    [InlineData("--apply /no/such/folder", "--apply /no/such/folder: no such file or folder.")]
    [InlineData("--kubeconfig /no/such/folder/file", "--kubeconfig /no/such/folder/file cannot be written: its folder does not exist.")]
    public async Task A_wrong_option_is_one_line(string arguments, string message) =>
        Assert.Equal(message, await FailsAsync(arguments.Split(' ')));

    [Theory]
    [InlineData("a: [b\n  c: }", "It is not valid YAML: line 2, column 4: While parsing a flow sequence, did not find expected ',' or ']'.")]
    [InlineData("just words", "A document is not an object with apiVersion and kind.")]
    [InlineData("apiVersion: v1\nkind: Nope", "The server knows no v1 Nope.")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata: { name: Bad_Name }", "ConfigMap \"Bad_Name\" is invalid: metadata.name: Invalid value: \"Bad_Name\"")]
    public async Task A_manifest_that_is_refused_is_named_with_the_reason(string manifest, string reason)
    {
        var file = Path.Combine(_folder.FullName, "manifest.yaml");
        await File.WriteAllTextAsync(file, manifest, TestContext.Current.CancellationToken);

        Assert.StartsWith($"--apply {file}: {reason}", await FailsAsync("--apply", file), StringComparison.Ordinal);
        Assert.StartsWith($"--apply {file}: {reason}", await FailsAsync("--apply", _folder.FullName), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_manifests_is_refused() =>
        Assert.Equal($"--apply {_folder.FullName}: the folder has no .yaml file.", await FailsAsync("--apply", _folder.FullName));

    [Fact]
    public async Task A_port_in_use_is_one_line()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var url = $"http://{taken.LocalEndpoint}";

        Assert.Equal($"--urls {url}: the port is in use. Choose another, or 0 for a free one.", await FailsAsync("--urls", url));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_kubeconfig_is_its_owners_alone_and_replaces_a_link()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes");
        await using var server = await DevClusterServer.StartAsync(new DevClusterOptions { Token = "a\"b\\c" }, TestContext.Current.CancellationToken);
        var target = Path.Combine(_folder.FullName, "target");
        var link = Path.Combine(_folder.FullName, "kubeconfig");
        await File.WriteAllTextAsync(target, "untouched", TestContext.Current.CancellationToken);
        File.CreateSymbolicLink(link, target);

        server.WriteKubeconfig(link);

        Assert.Null(new FileInfo(link).LinkTarget);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(link));
        Assert.Equal("untouched", await File.ReadAllTextAsync(target, TestContext.Current.CancellationToken));
        var kubeconfig = Yaml.Parse(await File.ReadAllTextAsync(link, TestContext.Current.CancellationToken))!;
        Assert.Equal("a\"b\\c", kubeconfig["users"]![0]!["user"]!["token"]!.GetValue<string>());
        Assert.Equal(["kubeconfig", "target"], _folder.EnumerateFiles().Select(file => file.Name).Order());
    }

    private static async Task<string> FailsAsync(params string[] arguments)
    {
        if (!arguments.Contains("--urls"))
            arguments = ["--urls", "http://127.0.0.1:0", .. arguments];
        using var error = new StringWriter();
        Assert.Equal(1, await DevClusterCommand.RunAsync(arguments, error));
        return Assert.Single(error.ToString().TrimEnd().Split('\n'));
    }
}
