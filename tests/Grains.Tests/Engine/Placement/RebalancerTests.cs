using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Tests.Engine.Probes;

namespace OrleansOperator.Grains.Tests.Engine.Placement;

/// <summary>Grains go home when a silo comes, and take along what they know: in real silos.</summary>
public sealed class RebalancerTests : IAsyncLifetime
{
    private const int Grains = 60;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ProbeTests _tests = new();
    private readonly string _namespace = Guid.NewGuid().ToString();
    private InProcessTestCluster _cluster = null!;

    private ProbeRuns Runs => _tests.RunsOf($"{_namespace}/any");

    private IEnumerable<string> Keys => Enumerable.Range(0, Grains).Select(i => $"{_namespace}/probe-{i:00}");

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.ConfigureServices(services =>
        {
            services.AddReconcilers(options => options.MaxConcurrentReconciles = Grains);
            services.AddHomePlacement();
            services.AddSingleton(_tests);
        }));
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Runs.EndAll();
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_silo_that_comes_gets_exactly_the_grains_whose_home_it_is_with_what_they_know()
    {
        foreach (var key in Keys)
            await _cluster.Client.GetGrain<IProbeGrain>(key).Observe(Observation.Of("probes", new ProbeSnapshot { Key = ObjectKey.Parse(key), Uid = "uid", ResourceVersion = 7 }, ObservationCause.Change));
        for (var i = 0; i < Grains; i++)
            (await Runs.NextAsync()).End(ReconcileOutcome.Done);

        var second = await _cluster.StartAdditionalSiloAsync();

        SiloAddress[] silos = [.. _cluster.Silos.Select(silo => silo.SiloAddress)];
        var moving = Keys.Where(key => Home.Of(_cluster.Client.GetGrain<IProbeGrain>(key).GetGrainId(), silos)!.Equals(second.SiloAddress)).Order(StringComparer.Ordinal).ToList();
        Assert.InRange(moving.Count, 1, Grains - 1);

        // A grain that has moved looks again, and this one has not carried along that it is done.
        var moved = new List<(string Grain, long Version)>();
        while (moved.Count < moving.Count)
        {
            var run = await Runs.NextAsync();
            moved.Add((run.Grain, run.Version));
            run.End(ReconcileOutcome.Done);
        }

        Assert.Equal(moving.Select(key => (key, 7L)), moved.OrderBy(run => run.Grain, StringComparer.Ordinal));
        Assert.Equal(moving.Count, Local(second).Count);
        Assert.Equal(Grains - moving.Count, Local(_cluster.Silos[0]).Count);
    }

    private LocalReconcilers Local(InProcessSiloHandle silo) => _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<LocalReconcilers>();
}
