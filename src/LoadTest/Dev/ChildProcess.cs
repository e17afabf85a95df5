using System.Diagnostics;
using System.Runtime.InteropServices;

namespace OrleansOperator.LoadTest.Dev;

/// <summary>A program of this project as a process of its own.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int LinesKept = 30;

    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(15);

    private readonly Process _process;
    private readonly Reaper _reaper;
    private readonly Lock _lock = new();
    private readonly Queue<string> _lastLines = [];
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly string _readyLine;

    private ChildProcess(string name, Process process, string readyLine, Reaper reaper)
    {
        (Name, _process, _readyLine, _reaper) = (name, process, readyLine, reaper);
        process.EnableRaisingEvents = true;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Exited += (_, _) => _ready.TrySetException(new InvalidOperationException($"{Name} ended: {LastLines}"));
    }

    /// <summary>What it is called.</summary>
    public string Name { get; }

    /// <summary>The process.</summary>
    public Process Process => _process;

    /// <summary>Completes when it has written that it is ready; fails when it ends before.</summary>
    public Task Ready => _ready.Task;

    /// <summary>What it wrote last.</summary>
    public string LastLines
    {
        get
        {
            lock (_lock)
                return string.Join(Environment.NewLine, _lastLines);
        }
    }

    /// <summary>Starts a program.</summary>
    /// <param name="name">What to call it.</param>
    /// <param name="program">Its assembly, or an executable.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="readyLine">What it writes when it is ready.</param>
    /// <param name="reaper">Ends it if this process is killed.</param>
    public static ChildProcess Start(string name, string program, IEnumerable<string> arguments, string readyLine, Reaper reaper)
    {
        // With its own runtime configuration, which dotnet does not find by itself beside another program's.
        var start = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase)
            ? new ProcessStartInfo("dotnet", ["exec", "--runtimeconfig", Path.ChangeExtension(program, "runtimeconfig.json"), program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        var child = new ChildProcess(name, new Process { StartInfo = start }, readyLine, reaper);
        child._process.Start();
        reaper.Add(child._process.Id);
        child._process.BeginOutputReadLine();
        child._process.BeginErrorReadLine();
        return child;
    }

    /// <summary>Asks it to stop, and kills it if it does not.</summary>
    public async Task StopAsync()
    {
        if (!_process.HasExited)
        {
            if (OperatingSystem.IsWindows())
                _process.Kill();
            else
                _ = Kill(_process.Id, SigTerm);
            using var grace = new CancellationTokenSource(s_grace);
            await _process.WaitForExitAsync(grace.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await KillAsync();
    }

    /// <summary>Ends it at once.</summary>
    public async Task KillAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        _reaper.Remove(_process.Id);
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
            return;
        lock (_lock)
        {
            _lastLines.Enqueue(line);
            while (_lastLines.Count > LinesKept)
                _lastLines.Dequeue();
        }

        if (line.Contains(_readyLine, StringComparison.Ordinal))
            _ready.TrySetResult();
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
