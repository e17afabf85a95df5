using OrleansOperator.LoadTest.Phases;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace OrleansOperator.LoadTest.Reporting;

/// <summary>Shows how far a run is while it lasts: live on a terminal, as a line now and then elsewhere.</summary>
internal sealed class ProgressView(IAnsiConsole console, TimeProvider clock, int runs)
{
    private const double Megabyte = 1024 * 1024;

    private static readonly TimeSpan s_livePause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_linePause = TimeSpan.FromSeconds(5);

    /// <summary>Shows it until a task ends.</summary>
    public async Task WhileAsync(RunProgress progress, Task running)
    {
        if (console.Profile.Capabilities.Interactive && console.Profile.Capabilities.Ansi)
        {
            await console.Live(Live(progress.Now())).AutoClear(true).StartAsync(async live =>
            {
                while (!running.IsCompleted)
                {
                    live.UpdateTarget(Live(progress.Now()));
                    await Task.WhenAny(running, Task.Delay(s_livePause, clock));
                }
            });
        }
        else
        {
            var (phase, at) = ("", clock.GetTimestamp());
            while (!running.IsCompleted)
            {
                var now = progress.Now();
                if (now.Phase != phase || clock.GetElapsedTime(at) >= s_linePause)
                {
                    console.Write(new Text(Line(now) + Environment.NewLine));
                    (phase, at) = (now.Phase, clock.GetTimestamp());
                }

                await Task.WhenAny(running, Task.Delay(s_livePause, clock));
            }
        }
    }

    /// <summary>One line, such as <c>create 1,200/5,000 · 240/s · ready p50 12 ms, p99 80 ms · 0:05 · silo 0 210 MB</c>.</summary>
    internal string Line(ProgressLine now)
    {
        var parts = new List<string> { (runs > 1 ? FormattableString.Invariant($"run {now.Run}/{runs} ") : "") + now.Phase + (now.Asked > 0 ? $" {Numbers.Show(now.Ready)}/{Numbers.Show(now.Asked)}" : "") };
        if (now.Asked > 0 && now.PerSecond is { } rate)
            parts.Add(Numbers.Show(rate, "/s"));
        if (now.P50 is not null)
            parts.Add($"ready p50 {Numbers.Show(now.P50, "ms")}, p99 {Numbers.Show(now.P99, "ms")}");
        parts.Add(Numbers.Clock(now.Elapsed));
        parts.AddRange(now.Silos.Select(silo => $"{silo.Name} {Memory(silo)}"));
        if (now.Problem is { } problem)
            parts.Add("cannot see the cluster: " + problem);
        return string.Join(" · ", parts);
    }

    private static string Memory(Silos.SiloReading silo) => Numbers.Show((silo.PrivateBytes ?? silo.ResidentBytes) / Megabyte, "MB");

    private Rows Live(ProgressLine now)
    {
        var rows = new List<IRenderable>
        {
            new Text((runs > 1 ? FormattableString.Invariant($"run {now.Run} of {runs} · ") : "") + now.Phase, new Style(decoration: Decoration.Bold)),
        };
        if (now.Asked > 0)
        {
            rows.Add(new BreakdownChart().Width(60).HideTags().AddItem("ready", now.Ready, Color.Green).AddItem("to do", Math.Max(0, now.Asked - now.Ready), Color.Grey30));
        }

        var grid = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(2)).AddColumn();
        if (now.Asked > 0)
        {
            Row("done", $"{Numbers.Show(now.Ready)} of {Numbers.Show(now.Asked)}");
            Row("rate", Numbers.Show(now.PerSecond, "/s"));
            Row("due → ready", $"p50 {Numbers.Show(now.P50, "ms")}, p99 {Numbers.Show(now.P99, "ms")}");
        }

        Row("time", Numbers.Clock(now.Elapsed));
        foreach (var silo in now.Silos)
            Row(silo.Name, $"{Memory(silo)}, {Numbers.Show(silo.CpuSeconds, "s")} of CPU");
        if (now.Problem is { } problem)
            grid.AddRow(new Text("problem", new Style(Color.Red)), new Text("cannot see the cluster: " + problem, new Style(Color.Red)));
        rows.Add(grid);
        return new Rows(rows);

        void Row(string name, string value) => grid.AddRow(new Text(name, new Style(Color.Grey)), new Text(value));
    }
}
