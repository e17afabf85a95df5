using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace OrleansOperator.Silo.Telemetry;

/// <summary>What every Prometheus client library tells about its process, under the names that dashboards for operators use.</summary>
internal sealed class ProcessMetrics
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "OrleansOperator.Process";

    /// <summary>Creates the instruments.</summary>
    public ProcessMetrics(IMeterFactory meters)
    {
        using var process = Process.GetCurrentProcess();
        var started = new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0;
        var meter = meters.Create(MeterName);
        meter.CreateObservableCounter("process_cpu_seconds_total", static () => Environment.CpuUsage.TotalTime.TotalSeconds, null, "Total user and system CPU time spent in seconds.");
        meter.CreateObservableGauge("process_resident_memory_bytes", static () => Environment.WorkingSet, null, "Resident memory size in bytes.");
        meter.CreateObservableGauge("process_start_time_seconds", () => started, null, "Start time of the process since unix epoch in seconds.");
        if (OperatingSystem.IsLinux())
            meter.CreateObservableGauge("process_open_fds", static () => Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(), null, "Number of open file descriptors.");
    }
}
