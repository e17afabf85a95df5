using System.Diagnostics;
using OrleansOperator.DevCluster;
using OrleansOperator.Integration.Support;

namespace OrleansOperator.Integration.Processes;

/// <summary>SIGTERM at any time and in any trouble: the process ends within ten seconds.</summary>
public sealed class ShutdownTests : IAsyncLifetime
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(10);

    /// <summary>Exit code of a process that was stopped before something of it had stopped.</summary>
    private const int Unfinished = 75;

    private readonly TemporaryFile _kubeconfig = new();
    private DevClusterServer _cluster = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await Clusters.StartAsync();
        await _cluster.WriteOperatorKubeconfigAsync(_kubeconfig.Path);
        await _cluster.ApplyAsync(Manifests.FooCrd, TestContext.Current.CancellationToken);
        await _cluster.ApplyAsync(Manifests.OrleansClusterCrd, TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _kubeconfig.Dispose();
        await _cluster.DisposeAsync();
    }

    [Theory]
    [InlineData("kubernetes", true)]
    [InlineData("kubernetes", false)]
    [InlineData("localhost", true)]
    [InlineData("localhost", false)]
    public async Task It_is_out_in_time_while_the_API_server_hangs_or_is_away(string clustering, bool hangs)
    {
        await using var silo = await ReadyWithWorkAsync(clustering);
        if (hangs)
            Hang();
        else
            _cluster.Faults.GoAway();

        var (code, time) = await TerminateAsync(silo);

        Assert.InRange(time, TimeSpan.Zero, Promise);
        if (clustering == "kubernetes")
        {
            Assert.Equal(Unfinished, code);
            Assert.Contains("stopping the silo", silo.Output.Split('\n').Single(line => line.Contains("still running", StringComparison.Ordinal)), StringComparison.Ordinal);
        }

        Assert.False(silo.Output.Contains("   at ", StringComparison.Ordinal), silo.Output);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_silo_that_waits_to_join_is_out_at_once(bool hangs)
    {
        if (hangs)
            Hang();
        else
            _cluster.Faults.GoAway();
        await using var silo = Start("kubernetes");
        await silo.Says("Probes:");

        var (code, time) = await TerminateAsync(silo);

        Assert.Equal(0, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        Assert.False(silo.Output.Contains("   at ", StringComparison.Ordinal), silo.Output);
    }

    [Fact]
    public async Task A_silo_that_waits_for_another_that_does_not_answer_says_so_and_leaves_the_table()
    {
        await using var other = Start("kubernetes");
        await other.Says("Silo ready");
        other.Suspend();
        await using var silo = Start("kubernetes");
        await Eventually.Holds(() => RowsAsync(), rows => rows.Contains("Joining"), "it is joining");
        await silo.Says("Joining the cluster fails and is retried: not every active silo answers yet, of 127.0.0.1:");

        var (code, _) = await TerminateAsync(silo);

        Assert.True(code == 0, $"{code}: {silo.Output}");
        Assert.DoesNotContain("Joining", await RowsAsync());
        Assert.False(silo.Output.Contains("   at ", StringComparison.Ordinal), silo.Output);
    }

    [Fact]
    public async Task A_second_SIGTERM_ends_it_at_once()
    {
        await using var silo = await ReadyWithWorkAsync("kubernetes");
        Hang();
        silo.Signal(15);
        await silo.Says("Stopping");

        var (code, time) = await TerminateAsync(silo);

        Assert.Equal(143, code);
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(3));
        Assert.Contains("A second SIGTERM", silo.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(150)]
    [InlineData(400)]
    [InlineData(800)]
    public async Task It_is_out_whenever_in_its_start_it_is_asked_to(int milliseconds)
    {
        await using var silo = Start("kubernetes");
        await Task.Delay(milliseconds, TestContext.Current.CancellationToken);

        var (code, time) = await TerminateAsync(silo);

        // Before the first line of the program runs, the signal's own effect ends the process.
        Assert.Contains(code, new[] { 0, 143 });
        Assert.InRange(time, TimeSpan.Zero, Promise);
        Assert.False(silo.Output.Contains("   at ", StringComparison.Ordinal), silo.Output);
    }

    private static async Task<(int Code, TimeSpan Time)> TerminateAsync(SiloProcess silo)
    {
        var asked = Stopwatch.GetTimestamp();
        var code = await silo.TerminateAsync();
        return (code, Stopwatch.GetElapsedTime(asked));
    }

    private async Task<SiloProcess> ReadyWithWorkAsync(string clustering)
    {
        var silo = Start(clustering);
        await silo.Says("Silo ready");
        using var client = new ClusterClient(_cluster, "default");
        await client.CreateFooAsync("foo", "foo", 1);
        await client.ReadyFoo("foo");
        return silo;
    }

    private void Hang()
    {
        _cluster.Faults.Delay(null, null, TimeSpan.FromHours(1));
        _cluster.Faults.StallWatches();
    }

    private SiloProcess Start(string clustering) => SiloProcess.Silo(
        "--kubeconfig", _kubeconfig.Path, "--clustering", clustering, "--urls", $"http://127.0.0.1:{FreePort.Next()}", "--admin-urls", $"http://127.0.0.1:{FreePort.Next()}",
        "--silo-port", $"{FreePort.Next()}", "--gateway-port", $"{FreePort.Next()}");

    private async Task<IReadOnlyList<string>> RowsAsync()
    {
        using var client = new ClusterClient(_cluster, "default");
        var table = await client.FindAsync("/apis/orleansoperator.io/v1alpha1/namespaces/default/orleansclusters/orleans-operator");
        return [.. table?["status"]?["silos"]?.AsArray().Select(row => row!["status"]!.GetValue<string>()) ?? []];
    }
}
