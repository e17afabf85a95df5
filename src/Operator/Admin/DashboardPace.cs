using System.Runtime.CompilerServices;

namespace OrleansOperator.Silo.Admin;

/// <summary>
/// How often the Orleans dashboard collects statistics of its silo. It does so every second whether or not anybody looks, and that
/// is most of what an idle silo would cost.
/// </summary>
internal static class DashboardPace
{
    /// <summary>Between two samples.</summary>
    public const int Milliseconds = 10_000;

    private const string Host = "Orleans.Dashboard.DashboardHost, Orleans.Dashboard";

    /// <summary>
    /// Slows down the export of Orleans' instruments to the dashboard's counters. Unlike the interval of its other samples, it is not
    /// an option of the dashboard (10.4.2). Call it before the silo starts.
    /// </summary>
    public static void SlowExport(IServiceProvider services) => SetExportInterval(services.GetRequiredService(Type.GetType(Host, throwOnError: true)!), Milliseconds);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "set_ExportIntervalMilliseconds")]
    private static extern void SetExportInterval([UnsafeAccessorType(Host)] object host, int milliseconds);
}
