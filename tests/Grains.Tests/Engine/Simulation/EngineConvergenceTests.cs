using CsCheck;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Tests.Foos.Model;

namespace OrleansOperator.Grains.Tests.Engine.Simulation;

/// <summary>
/// Whatever silos come and go, whatever they see of it and when, whichever messages are lost or doubled, however watches stall, are
/// cut, or find their history compacted, whatever users and the API server do: in the end the Foo has its Deployment, its grain is
/// active once, at its home, and knows what there is; and then nothing is written any more.
/// </summary>
public sealed class EngineConvergenceTests
{
    private static readonly string[] Names = ["web", "api"];

    private enum Step
    {
        CreateFoo,
        EditFoo,
        DeleteFoo,
        FinalizeFoo,
        DeleteDeployment,
        EditDeployment,
        CreateForeign,
        DeleteForeign,
        Release,
        Collect,
        MakeAvailable,
        Watch,
        List,
        Start,
        Kill,
        Learn,
        Assign,
        Compare,
        LoseMessage,
        LoseAnswer,
        Pass,
        Fail,
        Run,
        Leave,
    }

    private static readonly Gen<(Step Step, int Choice)[]> Histories = Gen.Select(
        Gen.Frequency(
            (4, Gen.Const(Step.CreateFoo)), (4, Gen.Const(Step.EditFoo)), (2, Gen.Const(Step.DeleteFoo)), (1, Gen.Const(Step.FinalizeFoo)),
            (2, Gen.Const(Step.DeleteDeployment)), (2, Gen.Const(Step.EditDeployment)), (1, Gen.Const(Step.CreateForeign)), (1, Gen.Const(Step.DeleteForeign)),
            (1, Gen.Const(Step.Release)), (3, Gen.Const(Step.Collect)), (3, Gen.Const(Step.MakeAvailable)), (16, Gen.Const(Step.Watch)),
            (3, Gen.Const(Step.List)), (3, Gen.Const(Step.Start)), (2, Gen.Const(Step.Kill)), (8, Gen.Const(Step.Learn)), (6, Gen.Const(Step.Assign)),
            (10, Gen.Const(Step.Compare)), (3, Gen.Const(Step.LoseMessage)), (2, Gen.Const(Step.LoseAnswer)), (6, Gen.Const(Step.Pass)),
            (3, Gen.Const(Step.Fail)), (12, Gen.Const(Step.Run)), (2, Gen.Const(Step.Leave))),
        Gen.Int[0, 9999]).Array[1, 120];

    [Fact]
    public void Every_history_ends_right_and_then_nothing_is_written() =>
        Gen.Select(Histories, Gen.Int[1, 3], Gen.Int[0, 2]).Sample(
            (history, fooRanges, standbys) => Pump.Run(pump => new World(pump, history, fooRanges, standbys).PlayAsync()),
            iter: 2000, threads: 1);

    /// <summary>Histories that ended wrong once.</summary>
    [Theory]
    [InlineData("6dK8Geo9aOI1")]
    [InlineData("5sWhsdq0XW91")]
    [InlineData("dB63BPTsxZR1")]
    public void A_history_that_ended_wrong_once_ends_right(string seed) =>
        Gen.Select(Histories, Gen.Int[1, 3], Gen.Int[0, 2]).Sample(
            (history, fooRanges, standbys) => Pump.Run(pump => new World(pump, history, fooRanges, standbys).PlayAsync()),
            seed: seed, iter: 1, threads: 1);

    private sealed class World
    {
        private readonly Pump _pump;
        private readonly Queue<(Step Step, int Choice)> _steps;
        private readonly SimulatedCluster _cluster;
        private readonly Fault[] _faults = Enum.GetValues<Fault>();

        public World(Pump pump, IEnumerable<(Step, int)> steps, int fooRanges, int standbys)
        {
            (_pump, _steps, _cluster) = (pump, new Queue<(Step, int)>(steps), new SimulatedCluster(fooRanges, standbys));
            for (var silo = 0; silo < 3; silo++)
                _cluster.Start();
        }

        private ModelCluster Api => _cluster.Api;

        public async Task PlayAsync()
        {
            Api.Meanwhile = async () =>
            {
                for (var few = _steps.TryPeek(out var next) ? next.Choice % 6 : 0; few > 0; few--)
                    await NextAsync();
            };
            while (await NextAsync())
                _pump.Drain();
            Api.Meanwhile = () => Task.CompletedTask;
            Api.Fault = Fault.None;

            _cluster.Calm();
            Api.DeleteForeign();
            for (var round = 0; round < 8; round++)
                await SettleAsync();
            AssertConverged();

            // Nothing more is written: not at rest, and not when a silo joins or leaves.
            var writes = Api.Writes;
            await SettleAsync();
            _cluster.Start();
            await SettleAsync();
            await SettleAsync();
            _cluster.Kill(0);
            await SettleAsync();
            await SettleAsync();
            Assert.Equal(writes, Api.Writes);
            AssertConverged();
        }

        private async Task SettleAsync()
        {
            foreach (var silo in _cluster.Silos)
            {
                silo.Learn(_cluster.Membership);
                silo.Assign();
            }

            Api.Collect();
            Api.MakeAvailable();
            foreach (var (silo, feed) in Feeds())
            {
                if (!feed.IsListed)
                    feed.List();
                feed.Watch(int.MaxValue);
                silo.Assign();
            }

            _pump.Drain();
            foreach (var (silo, feed) in Feeds().OrderByDescending(feed => feed.Feed.Feed.Definition.IsOwned))
            {
                foreach (var other in _cluster.Silos)
                    silo.Compare(feed, other);
            }

            _pump.Drain();
            _cluster.Clock.Advance(TimeSpan.FromMinutes(10));
            _pump.Drain();
            foreach (var silo in _cluster.Silos.ToList())
            {
                silo.Grain?.Resync();
                if (silo.Grain is { } grain)
                    await grain.RunAsync();
                silo.CollectGrain();
            }

            _pump.Drain();
        }

        private void AssertConverged()
        {
            Assert.Empty(Api.Violations);
            foreach (var feed in Feeds().GroupBy(feed => feed.Feed.Feed.Id))
                Assert.Contains(feed, f => f.Feed.Cache.Delivers);
            Assert.All(Feeds().Where(feed => feed.Feed.Cache.Delivers), feed => Assert.All(_cluster.Silos, silo => Assert.True(feed.Silo.IsInSync(feed.Feed, silo))));
            var active = _cluster.Silos.Where(silo => silo.Grain is not null).ToList();
            if (Api.Foo is not { Deleting: false } foo)
            {
                if (Api.Foo is null)
                {
                    Assert.DoesNotContain(Api.Deployments.Values, d => d.Controller is not null);
                    Assert.Empty(active);
                }

                return;
            }

            Assert.Equal(_cluster.Membership.Of(SimulatedCluster.Key), Assert.Single(active).SiloAddress);
            var deployment = Assert.Single(Api.Deployments).Value;
            Assert.Equal((foo.DeploymentName, foo.Uid), (deployment.Key.Name, deployment.Controller?.Uid));
            Assert.Equal(foo.Replicas ?? deployment.Replicas, deployment.Replicas);
            Assert.Equal((deployment.Replicas, foo.Generation), (foo.AvailableReplicas, foo.ObservedGeneration));
            Assert.Equal(("True", FooReasons.Available), (DesiredStatus.ReadyOf(foo)!.Status, DesiredStatus.ReadyOf(foo)!.Reason));
        }

        private List<(SimulatedSilo Silo, SimulatedFeed Feed)> Feeds() => [.. _cluster.Silos.SelectMany(silo => silo.Feeds.Select(feed => (silo, feed)))];

        private async Task<bool> NextAsync()
        {
            if (!_steps.TryDequeue(out var next))
                return false;
            var (step, choice) = next;
            var name = Names[choice % 2];
            var silo = _cluster.Silos[choice % _cluster.Silos.Count];
            var feeds = Feeds();
            var (owner, feed) = feeds.Count > 0 ? feeds[choice % feeds.Count] : default;
            switch (step)
            {
                case Step.CreateFoo:
                    Api.CreateFoo(Replicas(choice), name);
                    break;
                case Step.EditFoo:
                    Api.EditFoo(Replicas(choice), name);
                    break;
                case Step.DeleteFoo:
                    Api.DeleteFoo(finalizer: false);
                    break;
                case Step.FinalizeFoo:
                    Api.DeleteFoo(finalizer: true);
                    break;
                case Step.DeleteDeployment:
                    Api.DeleteDeployment(name);
                    break;
                case Step.EditDeployment:
                    Api.EditDeployment(name, choice % 7, choice % 3 == 0 ? "edited" : FooReconciler.Image);
                    break;
                case Step.CreateForeign:
                    Api.CreateForeign(name);
                    break;
                case Step.DeleteForeign:
                    Api.DeleteForeign();
                    break;
                case Step.Release:
                    Api.Release(name);
                    break;
                case Step.Collect:
                    Api.Collect();
                    break;
                case Step.MakeAvailable:
                    Api.MakeAvailable();
                    break;
                case Step.Watch:
                    feed?.Watch(1 + (choice / 16 % 4));
                    break;
                case Step.List:
                    feed?.List();
                    owner?.Assign();
                    break;
                case Step.Start:
                    _cluster.Start();
                    break;
                case Step.Kill:
                    _cluster.Kill(choice / 16);
                    break;
                case Step.Learn:
                    silo.Learn(_cluster.Membership);
                    break;
                case Step.Assign:
                    silo.Assign();
                    break;
                case Step.Compare when feed is not null:
                    owner!.Compare(feed, silo);
                    break;
                case Step.LoseMessage:
                    _cluster.LoseMessage();
                    break;
                case Step.LoseAnswer:
                    _cluster.LoseAnswer();
                    break;
                case Step.Pass:
                    _cluster.Clock.Advance(TimeSpan.FromMilliseconds(100 << (choice % 9)));
                    break;
                case Step.Fail:
                    Api.Fault = _faults[choice % _faults.Length];
                    break;
                case Step.Run when silo.Grain is { } grain:
                    await grain.RunAsync();
                    break;
                case Step.Leave:
                    silo.CollectGrain();
                    break;
            }

            return true;
        }

        private static int? Replicas(int choice) => choice % 4 == 0 ? null : choice % 4;
    }
}
