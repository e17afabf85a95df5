using System.Collections.Concurrent;
using System.Threading.Channels;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>Grains whose answers the test gives, call by call.</summary>
internal sealed class TestGrains
{
    private readonly Channel<Call> _calls = Channel.CreateUnbounded<Call>();
    private readonly ConcurrentDictionary<(ObjectKey, string), int> _underWay = new();

    /// <summary>Widgets that reach these grains.</summary>
    public FeedDefinition Widgets => Support.Widgets.Definition with { Grain = (_, key) => new Grain(this, key) };

    /// <summary>Another kind, whose objects are owned by others.</summary>
    public FeedDefinition OwnedParts => Widgets with { Resource = Support.Widgets.Resource with { Plural = "parts", Kind = "Part" }, IsOwned = true };

    /// <summary>Whether there is a call that has not been taken.</summary>
    public bool IsCalled => _calls.Reader.TryPeek(out _);

    /// <summary>The most calls that were ever under way for one object and grain.</summary>
    public int MostAtOnce { get; private set; }

    /// <summary>The next call; it must be this.</summary>
    public async Task<Call> NextAsync(string expected)
    {
        var call = await NextAsync();
        Assert.Equal(expected, call.ToString());
        return call;
    }

    /// <summary>The next call.</summary>
    public Task<Call> NextAsync() => _calls.NextAsync("call");

    /// <summary>Acknowledges calls as they come; they must be these.</summary>
    public async Task AcknowledgeAsync(params string[] expected)
    {
        foreach (var call in expected)
            (await NextAsync(call)).Acknowledge();
    }

    private Task Take(ObjectKey grain, Observation observation)
    {
        var key = (grain, observation.Uid);
        var underWay = _underWay.AddOrUpdate(key, 1, (_, count) => count + 1);
        lock (_calls)
            MostAtOnce = Math.Max(MostAtOnce, underWay);
        var call = new Call(grain, observation, () => _underWay.AddOrUpdate(key, 0, (_, count) => count - 1));
        _calls.Writer.TryWrite(call);
        return call.Answer;
    }

    /// <summary>One call; in words <c>a@5 to g</c>, or <c>deleted a to g</c> for a tombstone.</summary>
    internal sealed class Call(ObjectKey grain, Observation observation, Action done)
    {
        private readonly TaskCompletionSource _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Answer => _answer.Task;

        public Observation Observation => observation;

        public void Acknowledge()
        {
            done();
            _answer.SetResult();
        }

        public void Fail(Exception failure)
        {
            done();
            _answer.SetException(failure);
        }

        public override string ToString() => $"{observation.Snapshot?.ToString() ?? $"deleted {observation.Key.Name}"} to {grain.Name}";
    }

    private sealed class Grain(TestGrains grains, ObjectKey key) : IReconcilerGrain
    {
        public Task Observe(Observation observation) => grains.Take(key, observation);
    }
}
