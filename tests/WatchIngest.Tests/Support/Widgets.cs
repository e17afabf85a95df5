using OrleansOperator.Grains.Interfaces;
using OrleansOperator.KubeApi;

namespace OrleansOperator.WatchIngest.Tests.Support;

/// <summary>The kind of the tests: its objects concern the grain that their label <c>owner</c> names.</summary>
internal static class Widgets
{
    public static readonly ResourceType Resource = new("example.com", "v1", "widgets", "Widget");

    public static FeedDefinition Definition { get; } = new()
    {
        Resource = Resource,
        Decode = TestSnapshot.Decode,
        Route = snapshot => Route(((TestSnapshot)snapshot).Owner),
        Grain = (_, key) => throw new NotSupportedException($"nothing is to be delivered to {key}"),
        GrainType = GrainType.Create("widget"),
    };

    /// <summary>The grain of an owner.</summary>
    public static ObjectKey? Route(string? owner) => owner is null ? null : new ObjectKey("ns", owner);
}
