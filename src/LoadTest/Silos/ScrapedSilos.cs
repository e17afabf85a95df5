using System.Diagnostics;
using OrleansOperator.LoadTest.CommandLine;
using OrleansOperator.LoadTest.Statistics;

namespace OrleansOperator.LoadTest.Silos;

/// <summary>A controller that runs elsewhere: seen by its metrics where it serves any, restarted by a command of the user.</summary>
internal sealed class ScrapedSilos(IReadOnlyList<Uri> urls, string? restartCommand, TimeProvider clock) : ISilos, IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <inheritdoc/>
    public TimeSpan? Period => urls.Count > 0 ? TimeSpan.FromSeconds(5) : null;

    /// <inheritdoc/>
    public bool CanRestart => restartCommand is not null;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<SiloReading>> ReadAsync(CancellationToken cancellationToken)
    {
        var readings = new List<SiloReading>();
        foreach (var (name, text) in await ScrapeAsync(cancellationToken))
        {
            var samples = PrometheusText.Read(text).Where(sample => sample.Name.StartsWith("process_", StringComparison.Ordinal)).ToList();
            readings.Add(new SiloReading(name, Value(samples, "process_cpu_seconds_total"), (long)Value(samples, "process_resident_memory_bytes"), null));
        }

        return readings;
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyDictionary<string, SiloCounters>?> CountersAsync(CancellationToken cancellationToken) =>
        urls.Count == 0 ? null : (await ScrapeAsync(cancellationToken)).ToDictionary(silo => silo.Name, silo => SiloCounters.Of(silo.Text));

    /// <inheritdoc/>
    public async Task<TimeSpan> RestartAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        using var shell = Process.Start(new ProcessStartInfo("sh", ["-c", restartCommand!]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = shell.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = await shell.StandardError.ReadToEndAsync(cancellationToken);
        await output;
        await shell.WaitForExitAsync(cancellationToken);
        if (shell.ExitCode != 0)
            throw new UsageException($"--restart-command '{restartCommand}' ended with exit code {shell.ExitCode}: {error.Trim().ReplaceLineEndings(" ")}");
        return clock.GetElapsedTime(began);
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static double Value(List<MetricSample> samples, string name) => samples.Where(sample => sample.Name == name).Sum(sample => sample.Value);

    private async Task<IReadOnlyList<(string Name, string Text)>> ScrapeAsync(CancellationToken cancellationToken)
    {
        var texts = await Task.WhenAll(urls.Select(ScrapeAsync));
        return [.. texts.Where(text => text.Text.Length > 0)];

        async Task<(string Name, string Text)> ScrapeAsync(Uri url)
        {
            try
            {
                return (url.Authority, await _http.GetStringAsync(url, cancellationToken));
            }
            catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
            {
                // It is missing from the readings, as a silo that is restarted is.
                return (url.Authority, "");
            }
        }
    }
}
