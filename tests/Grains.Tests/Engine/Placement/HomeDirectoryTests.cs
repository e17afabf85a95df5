using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Engine.Placement;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.Grains.Tests.Engine.Probes;

namespace OrleansOperator.Grains.Tests.Engine.Placement;

/// <summary>Grains are active at their home, once, and a silo that leaves takes only its own along: in real silos.</summary>
public sealed class HomeDirectoryTests : IAsyncLifetime
{
    private const int Grains = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ProbeTests _tests = new();
    private readonly string _namespace = Guid.NewGuid().ToString();
    private InProcessTestCluster _cluster = null!;

    private ProbeRuns Runs => _tests.RunsOf($"{_namespace}/any");

    private IEnumerable<ObjectKey> Keys => Enumerable.Range(0, Grains).Select(i => new ObjectKey(_namespace, $"probe-{i:000}"));

    private Homes Homes => new(_cluster.Silos.Select(silo => silo.SiloAddress));

    public async ValueTask InitializeAsync()
    {
        Runs.EndAll();
        var builder = new InProcessTestClusterBuilder(3);
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
        await _cluster.StopAllSilosAsync();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task Every_grain_is_active_at_its_home_whoever_calls_it()
    {
        await ObserveAllAsync();

        AssertAtHome();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task When_a_silo_leaves_the_survivors_drop_nothing_and_take_over_its_grains(bool kill)
    {
        await ObserveAllAsync();
        var before = _cluster.Silos.ToDictionary(silo => silo.SiloAddress, silo => Contexts(silo.SiloAddress));
        var leaving = _cluster.Silos[2];
        Assert.NotEmpty(before[leaving.SiloAddress]);

        if (kill)
            await _cluster.KillSiloAsync(leaving, TestContext.Current.CancellationToken);
        else
            await _cluster.StopSiloAsync(leaving, TestContext.Current.CancellationToken);
        await ObserveAllAsync();

        // The same activations as before: none was dropped and activated again.
        Assert.All(_cluster.Silos, silo => Assert.Superset(before[silo.SiloAddress], Contexts(silo.SiloAddress)));
        AssertAtHome();
    }

    [Fact]
    public async Task A_new_silo_gets_what_its_former_homes_drop_and_nothing_is_active_twice()
    {
        await ObserveAllAsync();
        await _cluster.StartAdditionalSiloAsync();

        foreach (var silo in _cluster.Silos)
            Local(silo.SiloAddress).Leave(Homes);
        await ObserveAllAsync();

        AssertAtHome();
    }

    /// <summary>A caller may remember the address of a former home; the answer corrects it.</summary>
    [Fact]
    public async Task A_message_that_arrives_at_a_former_home_is_forwarded_to_the_home()
    {
        var silo = _cluster.Silos[0].SiloAddress;
        var directory = Directory(silo);
        foreach (var key in Keys)
        {
            var here = Address(key, silo);

            var registered = await directory.Register(here, null);

            Assert.Equal(Homes.Of(key), registered!.SiloAddress);
            Assert.Equal(registered.SiloAddress!.Equals(silo) ? here : null, await directory.Lookup(here.GrainId));
        }
    }

    [Fact]
    public async Task An_entry_is_replaced_and_removed_by_its_own_activation_only()
    {
        var silo = _cluster.Silos[0].SiloAddress;
        var directory = Directory(silo);
        var key = Keys.First(key => silo.Equals(Homes.Of(key)));
        var (first, second) = (Address(key, silo), Address(key, silo));

        Assert.Equal(first, await directory.Register(first, null));
        Assert.Equal(first, await directory.Register(second, null));
        await directory.Unregister(second);
        Assert.Equal(first, await directory.Lookup(first.GrainId));
        Assert.Equal(second, await directory.Register(second, first));
        await directory.Unregister(first);
        Assert.Equal(second, await directory.Lookup(first.GrainId));
        await directory.Unregister(second);
        Assert.Null(await directory.Lookup(first.GrainId));
    }

    private static GrainAddress Address(ObjectKey key, SiloAddress silo) =>
        new() { GrainId = GrainId.Create("probe", key.ToString()), SiloAddress = silo, ActivationId = ActivationId.NewId() };

    private async Task ObserveAllAsync()
    {
        foreach (var key in Keys)
        {
            for (var started = TimeProvider.System.GetTimestamp(); ;)
            {
                try
                {
                    await _cluster.Client.GetGrain<IProbeGrain>(key.ToString()).Observe(
                        Observation.Of("probes", new ProbeSnapshot { Key = key, Uid = "uid", ResourceVersion = 7 }, ObservationCause.Change));
                    break;
                }
                catch (Exception e) when (e is OrleansException or TimeoutException && TimeProvider.System.GetElapsedTime(started) < Patience)
                {
                    // The silo is leaving: another try finds the home.
                    await Task.Delay(20, TestContext.Current.CancellationToken);
                }
            }
        }
    }

    private void AssertAtHome()
    {
        var active = _cluster.Silos.SelectMany(silo => Local(silo.SiloAddress).All.Select(grain => (grain.Key, silo.SiloAddress))).ToList();
        Assert.All(active, grain => Assert.Equal(Homes.Of(grain.Key), grain.SiloAddress));
        Assert.Equal(Keys, active.Select(grain => grain.Key).OrderBy(key => key.Name, StringComparer.Ordinal));
    }

    private HomeDirectory Directory(SiloAddress silo)
    {
        var services = _cluster.GetSiloServiceProvider(silo);
        return new HomeDirectory(services.GetRequiredService<ILocalSiloDetails>(), services.GetRequiredService<CurrentHomes>());
    }

    private HashSet<object> Contexts(SiloAddress silo) => [.. Local(silo).Views];

    private LocalReconcilers Local(SiloAddress silo) => _cluster.GetSiloServiceProvider(silo).GetRequiredService<LocalReconcilers>();
}
