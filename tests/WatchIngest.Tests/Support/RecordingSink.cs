using System.Threading.Channels;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>Tells what a reflector brings, in words: <c>list 10: a@5 b@7</c>, <c>upsert a@12</c>, <c>delete b@13</c>.</summary>
internal sealed class RecordingSink : IFeedSink
{
    private readonly Channel<string> _seen = Channel.CreateUnbounded<string>();

    /// <summary>Whether everything that came has been taken.</summary>
    public bool IsEmpty => !_seen.Reader.TryPeek(out _);

    public Task<string> NextAsync() => _seen.NextAsync("change");

    public void Replace(IReadOnlyList<ResourceSnapshot> objects, long version) =>
        _seen.Writer.TryWrite($"list {version}: {string.Join(' ', objects)}");

    public void Upsert(ResourceSnapshot snapshot) => _seen.Writer.TryWrite($"upsert {snapshot}");

    public void Delete(ResourceSnapshot snapshot) => _seen.Writer.TryWrite($"delete {snapshot}");
}
