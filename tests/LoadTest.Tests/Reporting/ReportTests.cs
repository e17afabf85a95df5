using System.Xml.Linq;
using OrleansOperator.LoadTest.Phases;
using OrleansOperator.LoadTest.Reporting;
using OrleansOperator.LoadTest.Results;
using OrleansOperator.LoadTest.Silos;
using OrleansOperator.LoadTest.Tests.Results;
using Spectre.Console.Testing;

namespace OrleansOperator.LoadTest.Tests.Reporting;

public sealed class ReportTests
{
    [Theory]
    [InlineData(null, "–")]
    [InlineData(0.0, "0")]
    [InlineData(0.1234, "0.123")]
    [InlineData(1.234, "1.23")]
    [InlineData(12.34, "12.3")]
    [InlineData(12345.6, "12,346")]
    [InlineData(double.PositiveInfinity, "∞")]
    public void Numbers_have_the_digits_that_a_reader_wants(double? value, string text) => Assert.Equal(text, Numbers.Show(value));

    [Fact]
    public void What_converged_is_said()
    {
        var report = ReportModel.Of(Sample.Result(Sample.Run()));
        Assert.True(report.IsGood);
        Assert.Equal(["80 changes a second are sustained (queue wait p99 ≤ 1 s and change → ready p99 ≤ 5 s); 84 are not.", "Everything converged."], report.Verdict);
    }

    [Fact]
    public void What_did_not_converge_is_named()
    {
        var phase = new PhaseResult { Phase = "create", Asked = 100, Ready = 98, Refused = 1, NotConverged = 2, NotConvergedNames = ["ns/a: no Deployment"] };
        var report = ReportModel.Of(Sample.Result(new RunResult { Phases = [phase] }));
        Assert.False(report.IsGood);
        Assert.Contains("create: 2 of 100 changes did not converge (1 were refused by the API server); 2 Foos were not as they should be at its end.", report.Verdict);
        Assert.Equal(["run 1, create: ns/a: no Deployment"], report.Missing);
    }

    [Fact]
    public void A_limit_without_the_queue_wait_says_so()
    {
        var limit = Sample.Run().Limit! with { QueueWaitWasSeen = false };
        Assert.Contains("the silos' queue wait could not be seen, so it was not judged", ReportModel.Of(Sample.Result(Sample.Run() with { Limit = limit })).Verdict[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Several_runs_are_told_with_their_spread()
    {
        var slower = Sample.Run();
        slower = slower with { Phases = [slower.Phases[0] with { PerSecond = 40 }] };
        var report = ReportModel.Of(Sample.Result(Sample.Run(), slower));
        Assert.Contains("45 (40 to 50)", report.Tables[0].Rows[0]);
    }

    [Theory]
    [InlineData(50, 60, 1, "run once")]
    [InlineData(50, 60, 2, "better")]
    [InlineData(60, 50, 2, "worse")]
    [InlineData(50, 50, 2, "")]
    public void A_comparison_says_what_is_better_and_what_is_not_told_from_noise(double before, double after, int runs, string verdict)
    {
        LoadTestResult Result(double rate) => Sample.Result([.. Enumerable.Repeat(new RunResult { Phases = [new PhaseResult { Phase = "create", PerSecond = rate }] }, runs)]);
        var row = Assert.Single(ReportModel.Compare(("a", Result(before)), ("b", Result(after))).Tables[1].Rows);
        Assert.Equal(("create: converged", verdict), (row[0], row[4]));
    }

    [Fact]
    public void A_table_has_a_cell_for_each_column()
    {
        var results = Sample.Result(Sample.Run());
        foreach (var table in ReportModel.Of(results).Tables.Concat(ReportModel.Compare(("a", results), ("b", results)).Tables))
            Assert.All(table.Rows, row => Assert.Equal(table.Columns.Count, row.Count));
    }

    [Fact]
    public void A_terminal_shows_the_tables_and_the_verdict()
    {
        using var console = new TestConsole();
        console.Profile.Width = 200;
        TerminalReport.Write(console, ReportModel.Of(Sample.Result(Sample.Run())));
        Assert.Contains("│ create │", console.Output, StringComparison.Ordinal);
        Assert.Contains("Everything converged.", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_terminal_progress_is_a_line()
    {
        using var console = new TestConsole();
        var line = new ProgressView(console, TimeProvider.System, runs: 3)
            .Line(new ProgressLine(2, "create", 1200, 5000, TimeSpan.FromSeconds(65), 240, 12.3, 80, [new SiloReading("silo 0", 1, 1 << 28, 100 << 20)], null));
        Assert.Equal("run 2/3 create 1,200/5,000 · 240/s · ready p50 12.3 ms, p99 80 ms · 1:05 · silo 0 100 MB", line);
    }

    [Fact]
    public void A_page_needs_nothing_from_a_network_and_shows_names_as_they_are()
    {
        var result = Sample.Result(Sample.Run()) with { Command = "--out <b>&" };
        var charts = Charts.Of(result);
        var page = HtmlReport.Of(ReportModel.Of(result), charts);
        Assert.Contains("<dd>--out &lt;b&gt;&amp;</dd>", page, StringComparison.Ordinal);
        Assert.Equal(6, charts.Count);
        Assert.DoesNotContain("http:", page.Replace("http://www.w3.org/", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("https:", page, StringComparison.Ordinal);
        foreach (var chart in charts)
        {
            Assert.Equal("svg", XDocument.Parse(chart.Light).Root!.Name.LocalName);
            Assert.NotEqual(chart.Light, chart.Dark);
        }
    }
}
