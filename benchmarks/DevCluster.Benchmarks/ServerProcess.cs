using System.Diagnostics;

namespace OrleansOperator.DevCluster.Benchmarks;

/// <summary>The DevCluster executable, with its defaults, as a child process.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri url) => (_process, Url) = (process, url);

    public Uri Url { get; }

    /// <summary>The processor time it has used.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <param name="arguments">What it is started with, besides its address.</param>
    public static async Task<ServerProcess> StartAsync(params string[] arguments)
    {
        var program = typeof(DevClusterServer).Assembly.Location;
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, "--urls", "http://127.0.0.1:0", .. arguments]) { RedirectStandardOutput = true })!;
        var line = await process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("DevCluster did not start");
        return new ServerProcess(process, new Uri(line[(line.LastIndexOf(' ') + 1)..]));
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
