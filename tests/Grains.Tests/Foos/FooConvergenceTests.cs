using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Tests.Foos.Model;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>
/// Whatever users, other controllers and the API server do, and in whatever order, however often or not at all the grain is
/// told: it ends with exactly the right Deployment and status, and then writes nothing more.
/// </summary>
public sealed class FooConvergenceTests
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
        TellFoo,
        TellDeployment,
        LoseFoo,
        LoseDeployment,
        LoseAll,
        TellAgain,
        Resync,
        Fail,
        Run,
        RunOther,
        SecondActivation,
        Restart,
        Backup,
        Restore,
    }

    /// <summary>What may happen while every change is told, each kind's in order.</summary>
    private static readonly (int, Step)[] Ordinary =
    [
        (6, Step.CreateFoo), (3, Step.EditFoo), (4, Step.DeleteFoo), (1, Step.FinalizeFoo),
        (2, Step.DeleteDeployment), (3, Step.EditDeployment), (4, Step.Collect), (4, Step.MakeAvailable),
        (14, Step.TellFoo), (14, Step.TellDeployment), (4, Step.TellAgain), (4, Step.Fail), (14, Step.Run),
    ];

    /// <summary>What else may happen, so that some of it is told late, or not at all.</summary>
    private static readonly (int, Step)[] Unlucky =
    [
        (1, Step.CreateForeign), (1, Step.DeleteForeign), (2, Step.Release), (2, Step.LoseFoo), (2, Step.LoseDeployment), (1, Step.LoseAll),
        (1, Step.Resync), (3, Step.RunOther), (1, Step.SecondActivation), (1, Step.Restart), (1, Step.Backup), (1, Step.Restore),
    ];

    [Fact]
    public Task A_grain_that_is_told_everything_needs_no_resync() =>
        Sequences(Ordinary).SampleAsync(async steps =>
        {
            // What the server refuses as such is tried again at a resync only.
            var world = new World(steps, Fault.Refused, Fault.AnswerLost, Fault.Conflict, Fault.ServerError, Fault.TooManyRequests);
            await world.PlayAsync();
            await world.SettleAsync(resyncs: 0);
            world.AssertConverged();
            await world.AssertAtRestAsync();
        }, iter: 10_000, threads: 1);

    [Fact]
    public Task A_grain_ends_with_the_right_Deployment_whatever_it_is_told() =>
        Sequences([.. Ordinary, .. Unlucky]).SampleAsync(async steps =>
        {
            var world = new World(steps, Enum.GetValues<Fault>());
            await world.PlayAsync();
            await world.SettleAsync(resyncs: 6);
            world.AssertConverged();
            await world.AssertAtRestAsync();
        }, iter: 10_000, threads: 1);

    private static Gen<(Step Step, int Choice)[]> Sequences((int, Step)[] steps) =>
        Gen.Select(Gen.Frequency(steps), Gen.Int[0, 999]).Array[1, 80];

    /// <summary>The cluster, the grain, and what is still to happen.</summary>
    private sealed class World
    {
        private readonly FakeTimeProvider _clock = new(Given.Now);
        private readonly ModelCluster _cluster = new();
        private readonly Queue<(Step Step, int Choice)> _steps;
        private readonly Fault[] _faults;
        private ModelActivation _grain;
        private ModelActivation? _other;
        private HashSet<(string Uid, long Version)> _told = [];
        private Action? _restore;
        private int _toldFoo;
        private int _toldDeployments;

        public World(IEnumerable<(Step, int)> steps, params Fault[] faults)
        {
            _steps = new Queue<(Step, int)>(steps);
            _faults = faults;
            _grain = new ModelActivation(_cluster, _clock);
        }

        /// <summary>Plays the steps; those that follow a request may happen while it is under way.</summary>
        public async Task PlayAsync()
        {
            _cluster.Meanwhile = async () =>
            {
                for (var few = _steps.TryPeek(out var next) ? next.Choice % 6 : 0; few > 0; few--)
                    await NextAsync();
            };
            while (await NextAsync())
                _clock.Advance(TimeSpan.FromMilliseconds(100));
            _cluster.Meanwhile = () => Task.CompletedTask;
            _cluster.Fault = Fault.None;
        }

        /// <summary>Nothing happens any more but what always does: the cluster's loops, the watch, anti-entropy, resyncs.</summary>
        public async Task SettleAsync(int resyncs)
        {
            _other = null;
            _cluster.DeleteForeign();

            for (var round = 0; round < resyncs; round++)
            {
                CatchUpWithFeeds();
                Compare(_grain);
                await CatchUpAsync();
                _grain.Resync();
            }

            await CatchUpAsync();
        }

        public void AssertConverged()
        {
            Assert.Empty(_cluster.Violations);
            if (_cluster.Foo is not { Deleting: false } foo)
            {
                if (_cluster.Foo is null)
                    Assert.Empty(_cluster.Deployments);
                return;
            }

            var deployment = Assert.Single(_cluster.Deployments).Value;
            Assert.Equal((foo.DeploymentName, foo.Uid), (deployment.Key.Name, deployment.Controller?.Uid));
            Assert.Equal((FooReconciler.Image, FooReconciler.App, "foo"), (deployment.Image, deployment.AppLabel, deployment.ControllerLabel));
            Assert.Equal(foo.Replicas ?? deployment.Replicas, deployment.Replicas);
            Assert.Equal((deployment.Replicas, foo.Generation), (foo.AvailableReplicas, foo.ObservedGeneration));
            Assert.Equal(("True", FooReasons.Available), (DesiredStatus.ReadyOf(foo)!.Status, DesiredStatus.ReadyOf(foo)!.Reason));
        }

        /// <summary>Neither comparisons nor a restart make it write.</summary>
        public async Task AssertAtRestAsync()
        {
            var writes = _cluster.Writes;
            for (var round = 0; round < 5; round++)
            {
                if (round == 3)
                    _grain = new ModelActivation(_cluster, _clock);
                Compare(_grain);
                await CatchUpAsync();
            }

            Assert.Equal(writes, _cluster.Writes);
        }

        private async Task CatchUpAsync()
        {
            for (var turn = 0; turn < 12; turn++)
            {
                _cluster.Collect();
                _cluster.MakeAvailable();
                CatchUpWithFeeds();
                _clock.Advance(TimeSpan.FromMinutes(10));
                await _grain.RunAsync();
            }
        }

        private async Task<bool> NextAsync()
        {
            if (!_steps.TryDequeue(out var next))
                return false;
            var (step, choice) = next;
            var name = Names[choice % 2];
            var listener = _other is not null && choice % 5 == 0 ? _other : _grain;
            switch (step)
            {
                case Step.CreateFoo:
                    _cluster.CreateFoo(Replicas(choice), name);
                    break;
                case Step.EditFoo:
                    _cluster.EditFoo(Replicas(choice), name);
                    break;
                case Step.DeleteFoo:
                    _cluster.DeleteFoo(finalizer: false);
                    break;
                case Step.FinalizeFoo:
                    _cluster.DeleteFoo(finalizer: true);
                    break;
                case Step.DeleteDeployment:
                    _cluster.DeleteDeployment(name);
                    break;
                case Step.EditDeployment:
                    _cluster.EditDeployment(name, choice % 7, choice % 3 == 0 ? "edited" : FooReconciler.Image);
                    break;
                case Step.CreateForeign:
                    _cluster.CreateForeign(name);
                    break;
                case Step.DeleteForeign:
                    _cluster.DeleteForeign();
                    break;
                case Step.Release:
                    _cluster.Release(name);
                    break;
                case Step.Collect:
                    _cluster.Collect();
                    break;
                case Step.MakeAvailable:
                    _cluster.MakeAvailable();
                    break;
                case Step.TellFoo:
                    Tell(listener, Next(_cluster.FooFeed, ref _toldFoo));
                    break;
                case Step.TellDeployment:
                    Tell(listener, Next(_cluster.DeploymentFeed, ref _toldDeployments));
                    break;
                case Step.LoseFoo:
                    Next(_cluster.FooFeed, ref _toldFoo);
                    break;
                case Step.LoseDeployment:
                    Next(_cluster.DeploymentFeed, ref _toldDeployments);
                    break;
                case Step.LoseAll:
                    // The silo that delivered the feeds has died, and the next compares.
                    (_toldFoo, _toldDeployments) = (_cluster.FooFeed.Count, _cluster.DeploymentFeed.Count);
                    Compare(listener);
                    break;
                case Step.TellAgain:
                    // Anything that was ever sent, told again or told late.
                    var feed = choice % 2 == 0 ? _cluster.FooFeed : _cluster.DeploymentFeed;
                    Tell(listener, feed.Count == 0 ? null : feed[choice % feed.Count]);
                    break;
                case Step.Resync:
                    listener.Resync();
                    break;
                case Step.Fail:
                    _cluster.Fault = _faults[choice % _faults.Length];
                    break;
                case Step.Run:
                    await _grain.RunAsync();
                    break;
                case Step.RunOther when _other is not null:
                    await _other.RunAsync();
                    break;
                case Step.SecondActivation:
                    (_other, _grain) = (_grain, new ModelActivation(_cluster, _clock));
                    break;
                case Step.Restart:
                    _grain = new ModelActivation(_cluster, _clock);
                    break;
                case Step.Backup:
                    _restore = _cluster.Backup();
                    break;
                case Step.Restore when _restore is not null:
                    // The feeds list again; what they have contradicts what the grains know.
                    _restore();
                    (_toldFoo, _toldDeployments) = (_cluster.FooFeed.Count, _cluster.DeploymentFeed.Count);
                    foreach (var grain in new[] { _grain, _other }.OfType<ModelActivation>())
                    {
                        Compare(grain);
                        Compare(grain);
                    }

                    break;
            }

            return true;
        }

        private void CatchUpWithFeeds()
        {
            while (Next(_cluster.FooFeed, ref _toldFoo) is { } foo)
                _grain.Observe(foo);
            while (Next(_cluster.DeploymentFeed, ref _toldDeployments) is { } deployment)
                _grain.Observe(deployment);
        }

        /// <summary>Anti-entropy: what the grain lacks, and what it believes to exist and does not, it is told.</summary>
        private void Compare(ModelActivation grain)
        {
            var known = grain.Objects.Where(o => FooController.Instance.Route(o.Snapshot) is not null).ToDictionary(o => o.Snapshot.Uid);
            var told = new HashSet<(string, long)>();
            foreach (var observation in _cluster.All(ObservationCause.Backlog).ToList())
            {
                var version = observation.Snapshot!.ResourceVersion;
                if (known.Remove(observation.Uid, out var o) && o.Snapshot.ResourceVersion == version)
                    continue;

                // What is told a second time, or is older than what the grain knows, contradicts what it knows.
                told.Add((observation.Uid, version));
                grain.Observe(_told.Contains((observation.Uid, version)) || o.Snapshot?.ResourceVersion > version
                    ? observation with { Cause = ObservationCause.Contradiction }
                    : observation);
            }

            _told = told;

            foreach (var (resource, snapshot) in known.Values)
            {
                grain.Observe(_cluster.Deployments.GetValueOrDefault(snapshot.Key.Name) is { } released && released.Uid == snapshot.Uid
                    ? Observation.Of(resource, released, ObservationCause.Backlog)
                    : Observation.Tombstone(resource, snapshot.Key, snapshot.Uid, ObservationCause.Backlog));
            }
        }

        private static int? Replicas(int choice) => choice % 4 == 0 ? null : choice % 4;

        private static Observation? Next(List<Observation> feed, ref int told) => told < feed.Count ? feed[told++] : null;

        private static void Tell(ModelActivation grain, Observation? observation)
        {
            if (observation is not null)
                grain.Observe(observation);
        }
    }
}
