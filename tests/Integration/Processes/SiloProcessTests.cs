using System.Diagnostics;
using System.Runtime.Versioning;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>The executable, as a user runs it.</summary>
public sealed class SiloProcessTests
{
    private static string[] Ports(int admin = 0) =>
    [
        "--urls", $"http://127.0.0.1:{FreePort.Next()}", "--admin-urls", $"http://127.0.0.1:{(admin == 0 ? FreePort.Next() : admin)}",
        "--silo-port", $"{FreePort.Next()}", "--gateway-port", $"{FreePort.Next()}",
    ];

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Dev_brings_a_whole_cluster_and_SIGTERM_ends_it_well()
    {
        var api = FreePort.Next();
        await using var silo = SiloProcess.Silo(["--dev", "--api-port", $"{api}", .. Ports()]);

        await silo.Says("Silo ready");

        Assert.Contains($"API server:  https://127.0.0.1:{api}/", silo.Output, StringComparison.Ordinal);
        Assert.Contains("kubectl --kubeconfig", silo.Output, StringComparison.Ordinal);
        Assert.Contains("/dashboard", silo.Output, StringComparison.Ordinal);
        Assert.Contains("This silo runs feed foos.samplecontroller.k8s.io", silo.Output, StringComparison.Ordinal);
        var kubeconfig = silo.Output.Split('\n').Single(line => line.StartsWith("kubeconfig:", StringComparison.Ordinal))["kubeconfig:".Length..].Trim();
        using var kubectl = new Kubectl(await File.ReadAllTextAsync(kubeconfig, TestContext.Current.CancellationToken), "default");
        await kubectl.RunAsync("wait --for=condition=Ready foo/example-foo --timeout=60s");

        // Nobody else can read the kubeconfig, or guess its name and put a link there.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(kubeconfig));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.GetDirectoryName(kubeconfig)!));

        var stopping = Stopwatch.GetTimestamp();
        Assert.Equal(0, await silo.TerminateAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(stopping), TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.False(Directory.Exists(Path.GetDirectoryName(kubeconfig)));
    }

    [Fact]
    public async Task SIGKILL_at_any_moment_loses_nothing()
    {
        await using var cluster = await Clusters.StartAsync();
        await cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        using var client = new ClusterClient(cluster, "default");
        using var file = new TemporaryFile();
        await cluster.WriteOperatorKubeconfigAsync(file.Path);
        string[] arguments = ["--kubeconfig", file.Path, .. Ports()];
        await using (var first = SiloProcess.Silo(arguments))
        {
            await first.Says("Silo ready");
            for (var i = 0; i < 100; i++)
                await client.CreateFooAsync($"foo-{i:00}", $"foo-{i:00}", 2);
            await client.DeploymentWhere("foo-10", _ => true, "is made");
            await first.KillAsync();
        }

        await client.PatchFooAsync("foo-00", """{"spec":{"replicas":5}}""");
        await using var second = SiloProcess.Silo(arguments);

        for (var i = 0; i < 100; i++)
            await client.ReadyFoo($"foo-{i:00}");
        await client.DeploymentWhere("foo-00", d => d["spec"]!["replicas"]!.GetValue<int>() == 5, "follows");
        Assert.Equal(100, cluster.Audit.Entries.Count(e => e is { Verb: "create", Resource: "deployments", Code: 201 }));
        Assert.DoesNotContain(cluster.Audit.Entries, e => e is { Verb: "delete", Resource: "deployments" });
        Assert.Equal(0, await second.TerminateAsync());
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_that_names_the_option()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;
        await using var silo = SiloProcess.Silo(["--dev", "--api-port", "0", .. Ports(port)]);

        Assert.Equal(1, await silo.ExitAsync());
        Assert.Equal($"Port {port} is in use: choose another with --admin-urls.", silo.Output.Trim());
    }

    [Theory]
    [InlineData("--silo-port x", "--silo-port: 'x' is not a whole number from 1 to 65535.")]
    [InlineData("--no-such-option", "Unrecognized command or argument '--no-such-option'. --help lists all options.")]
    [InlineData("--kubecofig x", "Unrecognized command or argument '--kubecofig'. --help lists all options.")]
    [InlineData("--feed-ranges nosuch=4 --master http://127.0.0.1:1", "--feed-ranges: there is no feed of 'nosuch'. There are feeds of deployments, foos.")]
    [InlineData("--kubeconfig /no/such/file", "/no/such/file")]
    [InlineData("--clustering zoo", "--clustering: 'zoo' is not kubernetes or localhost.")]
    public async Task A_wrong_option_is_one_line_and_a_bad_exit_code(string arguments, string message)
    {
        await using var silo = SiloProcess.Silo([.. arguments.Split(' '), "--urls", $"http://127.0.0.1:{FreePort.Next()}", "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}"]);

        Assert.Equal(1, await silo.ExitAsync());
        Assert.Contains(message, silo.Output, StringComparison.Ordinal);
        Assert.Single(silo.Output.Trim().Split('\n'));
    }

    [Fact]
    public async Task An_unwritable_temporary_folder_is_one_line()
    {
        await using var silo = SiloProcess.Start("OrleansOperator.Silo.dll", ["--dev", "--api-port", "0", .. Ports()], new() { ["TMPDIR"] = "/no/such/folder" });

        Assert.Equal(1, await silo.ExitAsync());
        Assert.StartsWith("--dev cannot write its kubeconfig to the temporary folder /no/such/folder/ (", silo.Output, StringComparison.Ordinal);
        Assert.Single(silo.Output.Trim().Split('\n'));
    }

    [Fact]
    public async Task A_deleted_working_directory_is_one_line()
    {
        var folder = Directory.CreateTempSubdirectory("gone-").FullName;
        await using var silo = SiloProcess.Start("OrleansOperator.Silo.dll", ["--dev"], before: $"cd {folder} && rmdir {folder}");

        Assert.Equal(1, await silo.ExitAsync());
        Assert.EndsWith("The working directory does not exist any more: change to one that does.", silo.Output.Trim(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ \"Operator\": ,", "',' is an invalid start of a value.")]
    [InlineData("[]", "Top-level JSON element must be an object.")]
    [InlineData("{ \"a\": 1, \"A\": 2 }", "A duplicate key 'A' was found.")]
    public async Task A_malformed_settings_file_is_one_line(string text, string problem)
    {
        var folder = Directory.CreateTempSubdirectory("settings-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "appsettings.json"), text, TestContext.Current.CancellationToken);
        await using var silo = SiloProcess.Start("OrleansOperator.Silo.dll", ["--dev"], before: $"cd {folder}");

        Assert.Equal(1, await silo.ExitAsync());
        Assert.StartsWith($"Failed to load configuration from file '{folder}/appsettings.json'. {problem}", silo.Output, StringComparison.Ordinal);
        Assert.Single(silo.Output.Trim().Split('\n'));
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Help_names_every_option_and_its_environment_variable()
    {
        await using var silo = SiloProcess.Silo("--help");

        Assert.Equal(0, await silo.ExitAsync());
        foreach (var text in new[] { "--kubeconfig", "Operator__Kubeconfig", "--clustering", "--resync-period", "Operator__FeedRanges" })
            Assert.Contains(text, silo.Output, StringComparison.Ordinal);
    }
}
