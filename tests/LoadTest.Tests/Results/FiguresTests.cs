using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Tests.Results;

public sealed class FiguresTests
{
    [Fact]
    public void Figures_are_medians_over_the_runs()
    {
        var figures = Figures.Of([Run(10), Run(30), Run(20)]);
        var cpu = Assert.Single(figures, figure => figure is { Phase: "create", Name: "silo CPU" });
        Assert.Equal(new Spread(20, 10, 30, 3), cpu.Value);
        Assert.Equal(new Spread(200, 100, 300, 3), Assert.Single(figures, figure => figure.Name == "silo CPU per change").Value);
    }

    [Fact]
    public void Changes_made_meanwhile_share_the_cost() =>
        Assert.Equal(50, new PhaseResult { Phase = "create", Asked = 100, SiloCpuSeconds = 10, Churn = new PhaseResult { Phase = "churn", Asked = 100 } }.CpuMillisecondsPerChange);

    [Theory]
    [InlineData(new double[] { 10, 11, 12 }, new double[] { 8, 9, 9.5 }, true)]
    [InlineData(new double[] { 10, 11, 12 }, new double[] { 8, 9, 10 }, false)]
    [InlineData(new double[] { 10 }, new double[] { 5 }, false)]
    public void A_difference_is_clear_when_the_runs_do_not_overlap(double[] before, double[] after, bool clear)
    {
        var compared = ComparedFigure.Of(Figures.Of([.. before.Select(Run)]), Figures.Of([.. after.Select(Run)]));
        Assert.Equal(clear, compared.Single(figure => figure.Name == "silo CPU").IsClear);
    }

    [Fact]
    public void A_figure_that_only_one_has_is_kept()
    {
        var compared = ComparedFigure.Of([], Figures.Of([Run(10)]));
        Assert.All(compared, figure => Assert.Null(figure.Before));
        Assert.NotEmpty(compared);
    }

    [Fact]
    public async Task Results_are_read_as_they_were_written()
    {
        var file = Path.GetTempFileName();
        try
        {
            var result = Sample.Result(Run(10), Run(20));
            await ResultsFile.WriteAsync(file, result);
            var read = await ResultsFile.ReadAsync(file, TestContext.Current.CancellationToken);
            Assert.Equal(Figures.Of(result.Runs), Figures.Of(read.Runs));
            Assert.Equal((result.Command, result.Machine, result.Started), (read.Command, read.Machine, read.Started));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_file_that_is_no_result_is_named()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "{}", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<UsageException>(() => ResultsFile.ReadAsync(file, TestContext.Current.CancellationToken));
        Assert.StartsWith($"--compare {file} is not the results.json of a load test", error.Message, StringComparison.Ordinal);
        File.Delete(file);
    }

    private static RunResult Run(double cpu) => new() { Phases = [new PhaseResult { Phase = "create", Asked = 100, Ready = 100, SiloCpuSeconds = cpu }] };
}
