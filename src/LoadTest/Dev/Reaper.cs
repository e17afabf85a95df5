using System.Diagnostics;
using System.Globalization;

namespace OrleansOperator.LoadTest.Dev;

/// <summary>
/// Ends the processes that were started even when this one is killed and can do nothing itself: a shell that reads their ids from a pipe,
/// and kills them when the pipe closes.
/// </summary>
internal sealed class Reaper : IDisposable
{
    private const string Script = """
        trap '' INT TERM HUP
        pids=' '
        while read -r line; do
          case $line in
            -*) pids=$(printf '%s' "$pids" | sed "s/ ${line#-} / /") ;;
            *) pids="$pids$line " ;;
          esac
        done
        [ "$pids" = ' ' ] || kill -9 $pids 2>/dev/null
        """;

    private readonly Lock _lock = new();
    private readonly Process? _shell;

    public Reaper()
    {
        if (!OperatingSystem.IsWindows())
            _shell = Process.Start(new ProcessStartInfo("sh", ["-c", Script]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true });
    }

    /// <summary>A process was started.</summary>
    public void Add(int pid) => Tell(pid.ToString(CultureInfo.InvariantCulture));

    /// <summary>A process has ended, and its id may be another's soon.</summary>
    public void Remove(int pid) => Tell("-" + pid.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        if (_shell is null)
            return;
        _shell.StandardInput.Dispose();
        _shell.WaitForExit();
        _shell.Dispose();
    }

    private void Tell(string line)
    {
        lock (_lock)
        {
            _shell?.StandardInput.WriteLine(line);
            _shell?.StandardInput.Flush();
        }
    }
}
