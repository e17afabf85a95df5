using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Core.Internal;
using Orleans.TestingHost;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Journal;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Engine.Probes;

/// <summary>A silo with probe grains, two of which may run at once, and whose timers are the tests'.</summary>
public sealed class ProbeSilo : IAsyncLifetime
{
    private readonly ProbeTests _tests = new();
    private InProcessTestCluster _cluster = null!;

    public FakeTimeProvider Clock { get; } = new();

    internal CapturedLog Log { get; } = new();

    public ReconcileGate Gate => _cluster.GetSiloServiceProvider().GetRequiredService<ReconcileGate>();

    public LocalReconcilers Local => _cluster.GetSiloServiceProvider().GetRequiredService<LocalReconcilers>();

    public ReconcileJournal Journal => _cluster.GetSiloServiceProvider().GetRequiredService<ReconcileJournal>();

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.ConfigureServices(services =>
        {
            services.AddKeyedSingleton<TimeProvider>(TimeProviderNames.Grains, Clock);
            services.AddReconcilers(options => options.MaxConcurrentReconciles = 2);
            services.AddHomePlacement();
            services.AddSingleton(_tests);
            services.AddLogging(logging => logging.AddProvider(Log));
        }));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    public ProbeRuns RunsOf(string grain) => _tests.RunsOf(grain);

    public Task ObserveAsync(string grain, long version, bool deleted = false, ObservationCause cause = ObservationCause.Change) =>
        Grain(grain).Observe(deleted
            ? Observation.Tombstone("probes", ObjectKey.Parse(grain), "uid", cause)
            : Observation.Of("probes", new ProbeSnapshot { Key = ObjectKey.Parse(grain), Uid = "uid", ResourceVersion = version }, cause));

    /// <summary>Has a grain deactivated.</summary>
    public async Task LeaveAsync(string grain) => await Grain(grain).Cast<IGrainManagementExtension>().DeactivateOnIdle();

    /// <summary>Waits until no run of a grain is under way, and what it armed is armed.</summary>
    public Task RestAsync(string grain) => Grain(grain).RestAsync();

    private IProbeGrain Grain(string grain) => _cluster.Client.GetGrain<IProbeGrain>(grain);
}
