using System.Diagnostics;
using System.Globalization;
using OrleansOperator.LoadTest.Silos;

namespace OrleansOperator.LoadTest.Dev;

/// <summary>What a process of this machine uses.</summary>
internal static class ProcessUse
{
    /// <summary>Reads it; null when the process has ended.</summary>
    public static SiloReading? Read(string name, Process process)
    {
        try
        {
            process.Refresh();
            return process.HasExited ? null : new SiloReading(name, process.TotalProcessorTime.TotalSeconds, process.WorkingSet64, PrivateDirty(process.Id));
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or System.ComponentModel.Win32Exception)
        {
            // It ended meanwhile.
            return null;
        }
    }

    /// <summary>See proc_pid_smaps(5).</summary>
    private static long? PrivateDirty(int pid)
    {
        var file = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/smaps_rollup");
        return File.Exists(file) ? ParsePrivateDirty(File.ReadLines(file)) : null;
    }

    /// <summary>The bytes in a line such as <c>Private_Dirty:   128244 kB</c>.</summary>
    internal static long? ParsePrivateDirty(IEnumerable<string> lines)
    {
        var line = lines.FirstOrDefault(line => line.StartsWith("Private_Dirty:", StringComparison.Ordinal));
        return line?.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, var number, ..] && long.TryParse(number, CultureInfo.InvariantCulture, out var kilobytes)
            ? kilobytes * 1024
            : null;
    }
}
