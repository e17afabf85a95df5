using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Tests.Foos.Model;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>Row 26: Foos that swap their deploymentNames, or pass them around, each wait for a name that another still has.</summary>
public sealed class FooRingTests
{
    private readonly FakeTimeProvider _clock = new(Given.Now);
    private readonly ModelCluster _cluster = new();
    private readonly Dictionary<string, ModelActivation> _grains = [];
    private int _toldFoos;
    private int _toldDeployments;
    private int _fewest;

    [Theory]
    [InlineData("two that swap", 1, 0)]
    [InlineData("three in a ring", 1, 2, 0)]
    [InlineData("five in a ring", 1, 2, 3, 4, 0)]
    [InlineData("two that swap beside one that stays", 1, 0, 2)]
    public async Task Row_26_a_ring_resolves_and_one_of_its_members_at_a_time_is_without_a_Deployment(string what, params int[] names)
    {
        await SettledAsync(names.Length);

        for (var i = 0; i < names.Length; i++)
            _cluster.EditFoo(1, $"d{names[i]}", $"f{i}");
        await RunAllAsync(rounds: 10);

        AssertEachHasItsOwn(names);
        Assert.True(_fewest >= names.Length - 1, $"{what}: only {_fewest} Deployments were left");
    }

    /// <summary>Some rename, in any order and at any time, while the others go on; some names are new.</summary>
    [Fact]
    public Task Row_26_whoever_takes_whose_name_and_when_each_ends_with_its_own() =>
        Gen.Select(Gen.Shuffle(Enumerable.Range(0, 5).ToArray()), Gen.Shuffle(Enumerable.Range(0, 5).ToArray()), Gen.Int[0, 3].Array[5]).SampleAsync(async (names, order, pauses) =>
        {
            var test = new FooRingTests();
            await test.SettledAsync(5);
            foreach (var i in order)
            {
                test._cluster.EditFoo(1, $"d{names[i]}", $"f{i}");
                await test.RunAllAsync(pauses[i]);
            }

            await test.RunAllAsync(rounds: 15);
            test.AssertEachHasItsOwn(names);
        }, iter: 500, threads: 1);

    [Fact]
    public async Task Row_26_who_waits_for_one_that_stays_keeps_its_Deployment()
    {
        await SettledAsync(2);

        _cluster.EditFoo(1, "d1", "f0");
        await RunAllAsync(rounds: 10);

        Assert.Equal(["d0", "d1"], _cluster.Deployments.Keys.Order());
        Assert.Equal(EngineReasons.ErrResourceExists, DesiredStatus.ReadyOf(_cluster.Find("f0")!)!.Reason);
    }

    [Fact]
    public async Task Row_26_who_waits_for_a_ring_that_it_is_no_part_of_keeps_its_Deployment()
    {
        await SettledAsync(3);

        // The first two swap; the third wants a name that is in the ring, and nobody wants its own.
        _cluster.EditFoo(1, "d1", "f0");
        _cluster.EditFoo(1, "d0", "f1");
        _cluster.EditFoo(1, "d0", "f2");
        await RunAllAsync(rounds: 10);

        Assert.Equal("f2", _cluster.Deployments["d2"].Controller!.Name);
        Assert.Equal(2, _cluster.Deployments.Values.Count(d => d.Key.Name != "d2" && d.Controller!.Name != "f2"));
    }

    private void AssertEachHasItsOwn(int[] names)
    {
        Assert.Equal(names.Length, _cluster.Deployments.Count);
        for (var i = 0; i < names.Length; i++)
        {
            Assert.Equal($"f{i}", _cluster.Deployments[$"d{names[i]}"].Controller!.Name);
            Assert.Equal("True", DesiredStatus.ReadyOf(_cluster.Find($"f{i}")!)!.Status);
        }
    }

    /// <summary>So many Foos, each with a Deployment of its number.</summary>
    private async Task SettledAsync(int foos)
    {
        for (var i = 0; i < foos; i++)
        {
            _grains[$"f{i}"] = new ModelActivation(_cluster, _clock);
            _cluster.CreateFoo(1, $"d{i}", $"f{i}");
        }

        await RunAllAsync(rounds: 4);
        AssertEachHasItsOwn([.. Enumerable.Range(0, foos)]);
        _fewest = foos;
        _cluster.Meanwhile = () =>
        {
            _fewest = Math.Min(_fewest, _cluster.Deployments.Count);
            return Task.CompletedTask;
        };
    }

    /// <summary>The feeds tell, the cluster's loops run, and each grain reconciles.</summary>
    private async Task RunAllAsync(int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (var grain in _grains.Values)
            {
                CatchUp();
                await grain.RunAsync();
                _cluster.MakeAvailable();
            }

            _clock.Advance(TimeSpan.FromMinutes(1));
        }

        CatchUp();
    }

    private void CatchUp()
    {
        while (_toldFoos < _cluster.FooFeed.Count)
        {
            var told = _cluster.FooFeed[_toldFoos++];
            _grains[told.Key.Name].Observe(told);
        }

        while (_toldDeployments < _cluster.DeploymentFeed.Count)
        {
            // A tombstone does not say whose it was: each grain takes what concerns it.
            var told = _cluster.DeploymentFeed[_toldDeployments++];
            foreach (var (name, grain) in _grains)
            {
                if (told.Snapshot is not { } seen || FooController.Instance.Route(seen)?.Name == name)
                    grain.Observe(told);
            }
        }
    }
}
