using System.Text.RegularExpressions;
using OrleansOperator.LoadTest.Limits;
using OrleansOperator.LoadTest.Results;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace OrleansOperator.LoadTest.Reporting;

/// <summary>A chart as SVG, on a light and on a dark page.</summary>
/// <param name="Title">What it shows.</param>
/// <param name="Light">For a light page.</param>
/// <param name="Dark">For a dark page.</param>
internal sealed record Chart(string Title, string Light, string Dark);

/// <summary>Draws the charts of a report.</summary>
internal static partial class Charts
{
    private const int Width = 900;
    private const int Height = 360;
    private const float LineWidth = 2;

    /// <summary>How much higher than its lines a chart over time is: the names of the phases stand there.</summary>
    private const double Headroom = 1.12;

    /// <summary>The share of the width that the name of a phase needs.</summary>
    private const double RoomForName = 0.06;


    /// <summary>Bars are as narrow as if there were so many.</summary>
    private const int FewestBars = 5;

    private const double Megabyte = 1024 * 1024;

    /// <summary>Told apart by those who do not see colours as most do (Okabe and Ito), and on both pages.</summary>
    private static readonly string[] s_colors = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#8a6fdf", "#7f7f7f"];

    private static readonly double[] s_steps = [1, 2, 5];

    private static readonly (double Quantile, string Label)[] s_quantiles = [(0, "0 %"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %")];

    /// <summary>All charts that a result has something for.</summary>
    public static IReadOnlyList<Chart> Of(LoadTestResult result)
    {
        var run = result.Runs[^1];
        var charts = new List<Chart?>
        {
            Draw("Latency: due → ready (milliseconds, by share of the changes)", run.Phases.Any(phase => phase.UntilReady is not null), plot => Latencies(plot, run)),
            Draw("Changes that became ready, per second", run.ReadyPerSecond.Count > 1, plot => Rate(plot, run)),
            Draw("Memory of each silo (MB; private dirty where it can be seen)", run.Silos.Count > 1, plot => Memory(plot, run)),
            Draw("Processors used by each silo", run.Silos.Count > 2, plot => Cpu(plot, run)),
            Draw("Writes of the silos per change", run.Phases.Any(phase => phase.WritesPerChange is not null), plot => Writes(plot, run)),
            Draw("Search for the limit: ready p99 by rate (seconds)", run.Limit is { Steps.Count: > 1 }, plot => Limit(plot, run.Limit!)),
        };
        return [.. charts.OfType<Chart>()];
    }

    private static Chart? Draw(string title, bool hasData, Action<Plot> draw) => hasData ? new Chart(title, Svg(draw, dark: false), Svg(draw, dark: true)) : null;

    private static string Svg(Action<Plot> draw, bool dark)
    {
        using var plot = new Plot();
        draw(plot);
        plot.FigureBackground.Color = Colors.Transparent;
        plot.DataBackground.Color = Colors.Transparent;
        plot.Axes.Color(Color.FromHex(dark ? "#c9d1d9" : "#3d444d"));
        plot.Grid.MajorLineColor = Color.FromHex(dark ? "#30363d" : "#e3e6ea");
        plot.Legend.BackgroundColor = Color.FromHex(dark ? "#161b22" : "#ffffff");
        plot.Legend.FontColor = Color.FromHex(dark ? "#c9d1d9" : "#1f2328");
        plot.Legend.OutlineColor = Color.FromHex(dark ? "#30363d" : "#d1d9e0");
        plot.Legend.ShadowColor = Colors.Transparent;
        return ReadersFont(plot.GetSvgXml(Width, Height));
    }

    /// <summary>
    /// Text in the reader's font: it is drawn glyph by glyph for a font of the machine that made the report, which the reader need not have.
    /// </summary>
    private static string ReadersFont(string svg) =>
        GlyphPositions().Replace(FontFamily().Replace(svg, "font-family=\"system-ui, sans-serif\""), "$1=\"$2\"");

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();

    /// <summary>Lists of coordinates such as <c>x="0, 6.72, 12.45, "</c>; the first is where the text begins.</summary>
    [GeneratedRegex("\\b([xy])=\"([-0-9.]+), [^\"]*\"")]
    private static partial Regex GlyphPositions();

    private static Color Colored(int index) => Color.FromHex(s_colors[index % s_colors.Length]);

    /// <summary>Both axes are logarithmic, the lower one in the share that took longer, so that the tail is as wide as the rest.</summary>
    private static void Latencies(Plot plot, RunResult run)
    {
        var phases = run.Phases.Where(phase => phase.UntilReady is not null).ToList();
        for (var i = 0; i < phases.Count; i++)
        {
            var points = phases[i].UntilReady!.Curve.Where(point => point.Quantile < 1 && point.Milliseconds > 0).ToList();
            Line(plot, [.. points.Select(point => -Math.Log10(1 - point.Quantile))], [.. points.Select(point => Math.Log10(point.Milliseconds))], phases[i].Phase, i);
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual([.. s_quantiles.Select(q => new Tick(-Math.Log10(1 - q.Quantile), q.Label))]);
        plot.Axes.Left.TickGenerator = new NumericManual([.. Enumerable.Range(-1, 8).SelectMany(i => s_steps.Select(step => step * Math.Pow(10, i))).Select(ms => new Tick(Math.Log10(ms), Numbers.Show(ms)))]);
        plot.ShowLegend(Edge.Right);
    }

    private static void Rate(Plot plot, RunResult run)
    {
        Line(plot, [.. Enumerable.Range(0, run.ReadyPerSecond.Count).Select(second => (double)second)], [.. run.ReadyPerSecond.Select(count => (double)count)], "", 0);
        Spans(plot, run);
    }

    private static void Memory(Plot plot, RunResult run)
    {
        foreach (var (name, index) in Silos(run))
        {
            var readings = run.Silos.SelectMany(moment => moment.Readings.Where(silo => silo.Name == name).Select(silo => (moment.Seconds, Value: (silo.PrivateBytes ?? silo.ResidentBytes) / Megabyte))).ToList();
            Line(plot, [.. readings.Select(reading => reading.Seconds)], [.. readings.Select(reading => reading.Value)], name, index);
        }

        Spans(plot, run);
        plot.ShowLegend(Edge.Right);
    }

    private static void Cpu(Plot plot, RunResult run)
    {
        foreach (var (name, index) in Silos(run))
        {
            var readings = run.Silos.SelectMany(moment => moment.Readings.Where(silo => silo.Name == name).Select(silo => (moment.Seconds, silo.CpuSeconds))).ToList();
            var rates = readings.Zip(readings.Skip(1))
                .Where(pair => pair.Second.Seconds - pair.First.Seconds > 0.5 && pair.Second.CpuSeconds >= pair.First.CpuSeconds)
                .Select(pair => (pair.Second.Seconds, Cores: (pair.Second.CpuSeconds - pair.First.CpuSeconds) / (pair.Second.Seconds - pair.First.Seconds))).ToList();
            Line(plot, [.. rates.Select(rate => rate.Seconds)], [.. rates.Select(rate => rate.Cores)], name, index);
        }

        Spans(plot, run);
        plot.ShowLegend(Edge.Right);
    }

    private static void Writes(Plot plot, RunResult run)
    {
        var phases = run.Phases.Where(phase => phase.WritesPerChange is not null).ToList();
        for (var i = 0; i < phases.Count; i++)
        {
            plot.Add.Bar(i, phases[i].WritesPerChange!.Value).Color = Colored(0);
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual([.. phases.Select((phase, i) => new Tick(i, $"{phase.Phase}: {Numbers.Show(phase.WritesPerChange)}"))]);
        plot.Axes.Margins(bottom: 0);
        plot.Axes.SetLimitsX(-0.6, Math.Max(phases.Count, FewestBars) - 0.4);
    }

    private static void Limit(Plot plot, LimitResult limit)
    {
        foreach (var (sustained, name, color) in new[] { (true, "sustained", 2), (false, "not sustained", 5) })
        {
            var steps = limit.Steps.Where(step => step.Sustained == sustained && step.ReadyP99 is not null).ToList();
            if (steps.Count == 0)
                continue;
            var points = plot.Add.ScatterPoints(steps.Select(step => step.PerSecond).ToArray(), steps.Select(step => step.ReadyP99!.Value / 1000).ToArray());
            points.Color = Colored(color);
            points.MarkerSize = 9;
            points.LegendText = name;
        }

        var objective = plot.Add.HorizontalLine(Objective.Ready.TotalSeconds);
        objective.Color = Colored(7);
        objective.LinePattern = LinePattern.Dashed;
        objective.LegendText = "objective";
        plot.ShowLegend(Edge.Right);
    }

    private static void Line(Plot plot, double[] xs, double[] ys, string name, int index)
    {
        if (xs.Length == 0)
            return;
        var line = plot.Add.ScatterLine(xs, ys);
        line.Color = Colored(index);
        line.LineWidth = LineWidth;
        line.LegendText = name;
    }

    /// <summary>Where each phase begins, and its name where there is room for it.</summary>
    private static void Spans(Plot plot, RunResult run)
    {
        plot.Axes.Bottom.Label.Text = "seconds";
        plot.Axes.Bottom.Label.Bold = false;
        plot.Axes.Bottom.Label.FontSize = plot.Axes.Bottom.TickLabelStyle.FontSize;
        plot.Axes.AutoScale();
        var top = Math.Max(plot.Axes.GetLimits().Top, 0.1) * Headroom;
        plot.Axes.SetLimitsY(0, top);
        foreach (var span in run.Spans)
        {
            var line = plot.Add.VerticalLine(span.From);
            line.Color = Colored(7).WithAlpha(0.6);
            line.LineWidth = 1;
            line.LinePattern = LinePattern.Dotted;
        }

        var length = run.Spans.Select(span => span.To).DefaultIfEmpty(1).Max();
        foreach (var span in run.Spans.Where(span => span.To - span.From > length * RoomForName))
        {
            var name = plot.Add.Text(span.Phase, (span.From + span.To) / 2, top);
            name.LabelAlignment = Alignment.UpperCenter;
            name.LabelFontColor = Colored(7);
        }
    }

    private static IEnumerable<(string Name, int Index)> Silos(RunResult run) =>
        run.Silos.SelectMany(moment => moment.Readings.Select(silo => silo.Name)).Distinct().Order(StringComparer.Ordinal).Select((name, index) => (name, index));
}
