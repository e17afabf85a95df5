using OrleansOperator.LoadTest.Phases;
using OrleansOperator.LoadTest.Reporting;
using OrleansOperator.LoadTest.Results;
using Spectre.Console;

namespace OrleansOperator.LoadTest.CommandLine;

/// <summary>What the options ask for: a test, a comparison, or to clean up.</summary>
internal sealed class LoadTestProgram(IAnsiConsole console, string command, TimeProvider clock)
{
    /// <summary>Does it, and returns the exit code.</summary>
    /// <exception cref="UsageException">Something that the user can remedy.</exception>
    public Task<int> RunAsync(LoadTestOptions options, CancellationToken cancellationToken) =>
        options.Compare is [var before, var after] ? CompareAsync(before, after, options.Out, cancellationToken)
        : options.Cleanup ? CleanUpAsync(options, cancellationToken)
        : TestAsync(options, cancellationToken);

    private async Task<int> TestAsync(LoadTestOptions options, CancellationToken cancellationToken)
    {
        // An hour's test must not end in a folder that cannot be written.
        var folder = CreateFolder(options.Out);
        var progress = new RunProgress(clock);
        var testing = new LoadTestSession(options, command, Say, clock).RunAsync(progress, cancellationToken);
        await new ProgressView(console, clock, options.Runs).WhileAsync(progress, testing);
        var result = await testing;

        var report = ReportModel.Of(result);
        TerminalReport.Write(console, report);
        if (folder is not null)
        {
            await ResultsFile.WriteAsync(Path.Combine(folder, "results.json"), result);
            await File.WriteAllTextAsync(Path.Combine(folder, "report.html"), HtmlReport.Of(report, Charts.Of(result)), CancellationToken.None);
            Say($"Report: {Path.Combine(folder, "report.html")}");
        }

        return cancellationToken.IsCancellationRequested ? ExitCodes.Interrupted : result.Converged ? ExitCodes.Converged : ExitCodes.NotConverged;
    }

    private async Task<int> CompareAsync(string before, string after, string? output, CancellationToken cancellationToken)
    {
        var report = ReportModel.Compare((before, await ResultsFile.ReadAsync(before, cancellationToken)), (after, await ResultsFile.ReadAsync(after, cancellationToken)));
        TerminalReport.Write(console, report);
        if (CreateFolder(output) is { } folder)
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "compare.html"), HtmlReport.Of(report, []), cancellationToken);
            Say($"Report: {Path.Combine(folder, "compare.html")}");
        }

        return ExitCodes.Converged;
    }

    private async Task<int> CleanUpAsync(LoadTestOptions options, CancellationToken cancellationToken)
    {
        var deleted = await new LoadTestSession(options, command, Say, clock).CleanUpAllAsync(cancellationToken);
        Say(deleted.Count == 0 ? "Nothing was left behind." : $"Deleted: {string.Join(", ", deleted)}");
        return ExitCodes.Converged;
    }

    private static string? CreateFolder(string? path)
    {
        try
        {
            return path is null ? null : Directory.CreateDirectory(path).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--out {path} cannot be created: {e.Message}");
        }
    }

    private void Say(string line) => console.Write(new Text(line + Environment.NewLine));
}
