using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Phases;

namespace OrleansOperator.LoadTest.Tests.CommandLine;

public sealed class LoadTestCommandTests
{
    [Fact]
    public async Task All_options_are_read()
    {
        var options = await ReadAsync("--dev", "--silos", "3", "--foos", "5000", "--rate", "20/s", "--namespaces", "4", "--churn", "0.5/s", "--duration", "5m", "--phases", "create,restart,delete",
            "--runs", "5", "--out", "results", "--write-delay", "25ms", "--max-concurrent-reconciles", "5", "--find-limit", "--patience", "90s", "--make-available", "tool", "--concurrency", "8");
        Assert.Equal((true, 3, 5000, 20, 4, 0.5), (options.Dev, options.Silos, options.Foos, options.Rate, options.Namespaces, options.Churn));
        Assert.Equal((TimeSpan.FromMinutes(5), 5, "results", TimeSpan.FromMilliseconds(25), 5, true), (options.Duration, options.Runs, options.Out, options.WriteDelay, options.MaxConcurrentReconciles, options.FindLimit));
        Assert.Equal((TimeSpan.FromSeconds(90), Availability.Tool, 8), (options.Patience, options.Availability, options.Concurrency));
        Assert.Equal([PhaseKind.Create, PhaseKind.Restart, PhaseKind.Delete], options.Phases);
    }

    [Fact]
    public async Task Without_options_every_phase_but_those_that_need_more_runs()
    {
        var options = await ReadAsync();
        Assert.Equal([PhaseKind.Create, PhaseKind.Scale, PhaseKind.Drift, PhaseKind.Lost, PhaseKind.Idle, PhaseKind.Delete], options.Phases);
        Assert.Equal((1000, null, 10, 60, 1), (options.Foos, options.Rate, options.Namespaces, options.Duration.TotalSeconds, options.Runs));
    }

    [Fact]
    public async Task The_search_for_the_limit_needs_Foos_and_no_other_phase() =>
        Assert.Equal([PhaseKind.Create], (await ReadAsync("--find-limit")).Phases);

    [Fact]
    public async Task Two_results_are_compared() => Assert.Equal(["a.json", "b.json"], (await ReadAsync("--compare", "a.json", "b.json")).Compare);

    [Theory]
    [InlineData("--foos: '0' is not a whole number from 1 to 1000000.", "--foos", "0")]
    [InlineData("--rate: 'fast' is not a rate above 0 and up to 100000, such as 20/s.", "--rate", "fast")]
    [InlineData("--duration: '5' is not a time from 1s to 24h, such as 500ms, 30s, 5m or 1h.", "--duration", "5")]
    [InlineData("--phases: 'create,jump' contains 'jump': phases are create, scale, drift, lost, idle, restart, churn, delete.", "--phases", "create,jump")]
    [InlineData("--phases: 'scale' does not begin with create: the other phases need Foos.", "--phases", "scale")]
    [InlineData("--phases: 'create,delete,scale' has delete before its end: the phases after it would have no Foos.", "--phases", "create,delete,scale")]
    [InlineData("--make-available: 'nobody' is not auto, cluster or tool.", "--make-available", "nobody")]
    [InlineData("--metrics: 'silo' is not an http or https URL, such as http://127.0.0.1:8080/metrics.", "--metrics", "silo")]
    public void A_wrong_value_is_named_with_its_option_and_what_would_be_right(string error, params string[] args) =>
        Assert.Equal(error, LoadTestCommand.Create((_, _) => Task.FromResult(0)).Parse(args).Errors[0].Message);

    [Theory]
    [InlineData("--dev starts an API server of its own", "--dev", "--kubeconfig", "file")]
    [InlineData("need --dev", "--silos", "3")]
    [InlineData("need --dev", "--write-delay", "25ms")]
    [InlineData("needs --restart-command", "--phases", "create,restart")]
    [InlineData("needs --churn", "--dev", "--phases", "create,churn")]
    [InlineData("--silo /no/such.dll does not exist", "--dev", "--silo", "/no/such.dll")]
    [InlineData("--metrics is for a cluster that runs already", "--dev", "--metrics", "http://127.0.0.1:8080/metrics")]
    public async Task Options_that_do_not_go_together_are_named(string error, params string[] args) =>
        Assert.Contains(error, (await Assert.ThrowsAsync<UsageException>(() => ReadAsync(args))).Message, StringComparison.Ordinal);

    private static async Task<LoadTestOptions> ReadAsync(params string[] args)
    {
        LoadTestOptions? read = null;
        var result = LoadTestCommand.Create((options, _) =>
        {
            read = options;
            return Task.FromResult(0);
        }).Parse(args);
        Assert.Empty(result.Errors);
        await result.InvokeAsync(new() { EnableDefaultExceptionHandler = false }, TestContext.Current.CancellationToken);
        return read!;
    }
}
