using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Tests.Support;

namespace OrleansOperator.LoadTest.Tests.Dev;

public sealed class DevLoadTests
{
    [Fact]
    public async Task Three_silos_are_tested_and_converge()
    {
        var folder = Directory.CreateTempSubdirectory("load-test-").FullName;
        var (code, output) = await LoadTestProcess.RunAsync(
            "--dev", "--silos", "3", "--foos", "60", "--namespaces", "3", "--duration", "1s", "--phases", "create,scale,drift,lost,idle,delete", "--churn", "5/s", "--out", folder);
        Assert.True(code == ExitCodes.Converged, output);

        var run = Assert.Single((await ResultsFile.ReadAsync(Path.Combine(folder, "results.json"), TestContext.Current.CancellationToken)).Runs);
        Assert.Equal(["create", "scale", "drift", "lost", "idle", "delete"], run.Phases.Select(phase => phase.Phase));
        foreach (var phase in run.Phases.Where(phase => phase.Phase != "idle"))
        {
            Assert.Equal((60, 60, 0, 0), (phase.Asked, phase.Ready, phase.Refused, phase.NotConverged));
            Assert.Equal((60, 60), (phase.UntilReady!.Count, phase.UntilFollowed!.Count));
            Assert.True(phase.UntilReady.P50 <= phase.UntilReady.P99 && phase.UntilReady.P99 <= phase.UntilReady.Max);
        }

        var create = run.Phases[0];
        Assert.Equal(3, create.Silos.Count);
        Assert.True(create.SiloCpuSeconds > 0 && create.Silos.All(silo => silo.ResidentMegabytes > 10));

        // One Deployment each, and a status when it is created and when its replica is available; the churn's are changed, not created.
        Assert.Equal(60, create.Requests!["create deployments.apps"]);
        Assert.True(create.Churn!.Ready == create.Churn.Asked && create.Churn.Asked > 0);
        var idle = run.Phases[4];
        Assert.Equal((0, 0, 0), (idle.Writes, idle.FoosSeen, idle.DeploymentsSeen));
        Assert.Contains("<svg", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(FirstImage(await File.ReadAllTextAsync(Path.Combine(folder, "report.html"), TestContext.Current.CancellationToken)))), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_silo_that_does_not_start_is_told_with_what_it_wrote()
    {
        var (code, output) = await LoadTestProcess.RunAsync("--dev", "--foos", "1", "--silo", "/bin/false");
        Assert.Equal(ExitCodes.CannotRun, code);
        Assert.Contains("--dev: silo 0 ended", output, StringComparison.Ordinal);
    }

    private static string FirstImage(string page)
    {
        const string Data = "data:image/svg+xml;base64,";
        var from = page.IndexOf(Data, StringComparison.Ordinal) + Data.Length;
        return page[from..page.IndexOf('"', from)];
    }
}
