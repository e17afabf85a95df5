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

    public void Replace(IReadOnlyList<ResourceSnapshot> objects, IReadOnlyList<ObjectMeta> unreadable, long version) =>
        _seen.Writer.TryWrite($"list {version}: {string.Join(' ', objects)}{string.Concat(unreadable.Select(meta => $" unreadable {meta.Key.Name}@{meta.Version}"))}");

    public void Upsert(ResourceSnapshot snapshot) => _seen.Writer.TryWrite($"upsert {snapshot}");

    public void Unreadable(ObjectMeta meta) => _seen.Writer.TryWrite($"unreadable {meta.Key.Name}@{meta.Version}");

    public void Delete(ObjectMeta meta, ResourceSnapshot? last) => _seen.Writer.TryWrite($"delete {meta.Key.Name}@{meta.Version}");

    public void Reached(long version)
    {
        // The version of the next watch tells.
    }
}
