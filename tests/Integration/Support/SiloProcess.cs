using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;

namespace OrleansOperator.Integration.Support;

/// <summary>A program of this project as a real process, started from what this build made.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private const int SigStop = 19;
    private const int SigContinue = 18;

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private SiloProcess(Process process) => _process = process;

    /// <summary>All that was written to stdout and stderr so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the silo.</summary>
    public static SiloProcess Silo(params string[] arguments) => Start("OrleansOperator.Silo.dll", arguments);

    /// <summary>Starts a program; its files lie beside the tests, because they reference it.</summary>
    /// <param name="program">The assembly.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="environment">Environment variables beside those of the tests.</param>
    /// <param name="before">A shell command that runs before it in the same process, such as <c>cd /tmp</c>.</param>
    /// <param name="runner">A command that runs the program, such as <c>ip netns exec pod</c>.</param>
    public static SiloProcess Start(string program, string[] arguments, Dictionary<string, string>? environment = null, string before = ":", string runner = "")
    {
        var start = new ProcessStartInfo("sh", ["-c", $"{before}; exec {runner} dotnet \"$@\"", "sh", "exec", "--runtimeconfig", Path.ChangeExtension(Path.Combine(AppContext.BaseDirectory, program), "runtimeconfig.json"), Path.Combine(AppContext.BaseDirectory, program), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment ?? [])
            start.Environment[name] = value;
        var running = new SiloProcess(new Process { StartInfo = start });
        running._process.OutputDataReceived += (_, line) => running.Add(line.Data);
        running._process.ErrorDataReceived += (_, line) => running.Add(line.Data);
        running._process.Start();
        running._process.BeginOutputReadLine();
        running._process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Waits until a text was written.</summary>
    public Task Says(string text) =>
        Eventually.Holds(() => Output.Contains(text, StringComparison.Ordinal) || (_process.HasExited ? throw new InvalidOperationException($"It ended: {Output}") : false), $"'{text}' in: {Output}");

    /// <summary>Asks it to stop, as the kubelet does, and waits for its end.</summary>
    public async Task<int> TerminateAsync()
    {
        Assert.Equal(0, Kill(_process.Id, SigTerm));
        return await ExitAsync();
    }

    /// <summary>Sends a signal and does not wait.</summary>
    public void Signal(int number) => Assert.Equal(0, Kill(_process.Id, number));

    /// <summary>SIGSTOP: it hangs, with its sockets open.</summary>
    public void Suspend() => Assert.Equal(0, Kill(_process.Id, SigStop));

    /// <summary>SIGCONT.</summary>
    public void Resume() => Assert.Equal(0, Kill(_process.Id, SigContinue));

    /// <summary>Waits for its end.</summary>
    public async Task<int> ExitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Eventually.Deadline);
        return _process.ExitCode;
    }

    /// <summary>SIGKILL: no time for anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        _process.Dispose();
    }

    private void Add(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Kill(int pid, int signal);
}
