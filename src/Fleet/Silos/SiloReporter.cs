using System.Diagnostics;
using System.Reflection;
using OrleansOperator.Fleet.Objects;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.WatchIngest;

namespace OrleansOperator.Fleet.Silos;

/// <summary>Looks at this silo.</summary>
internal sealed class SiloReporter(LocalReconcilers local, ReconcileGate gate, IngestReadiness ingest, FleetKinds kinds)
{
    private static readonly string Version =
        typeof(SiloReporter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "";

    private readonly DateTimeOffset _started = ProcessStart();

    public SiloReport Report() => new(
        ObjectTable.Count(local.Views, kinds), gate.Active, gate.Waiting, gate.Limit, ingest.Feeds(), Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), _started, Version);

    private static DateTimeOffset ProcessStart()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime).ToUniversalTime();
    }
}
