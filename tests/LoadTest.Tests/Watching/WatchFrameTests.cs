using System.Buffers;
using System.Text;
using System.Text.Json;
using OrleansOperator.LoadTest.Objects;
using OrleansOperator.LoadTest.Watching;

namespace OrleansOperator.LoadTest.Tests.Watching;

public sealed class WatchFrameTests
{
    [Fact]
    public void An_object_is_read_and_the_rest_of_it_is_skipped()
    {
        var frame = Decode("""{"type":"MODIFIED","object":{"kind":"Foo","metadata":{"name":"a","namespace":"n","uid":"u","resourceVersion":"42","generation":3,"labels":{"x":"y"}},"spec":{"replicas":1},"status":{"availableReplicas":2,"conditions":[{"type":"Ready"}]}}}""");
        Assert.Equal(("MODIFIED", "a", 42, 3, 2, null), (frame.Type, frame.Object!.Metadata.Name, frame.Object.Metadata.Version, frame.Object.Metadata.Generation, frame.Object.Status!.AvailableReplicas, frame.Object.Status.ObservedGeneration));
    }

    [Fact]
    public void An_error_is_a_Status()
    {
        var frame = Decode("""{"type":"ERROR","object":{"kind":"Status","status":"Failure","code":410,"message":"too old resource version"}}""");
        Assert.Equal(new StatusObject(410, "too old resource version"), frame.Error);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"object":{},"type":"ADDED"}""")]
    public void What_is_no_frame_is_refused(string json) => Assert.Throws<JsonException>(() => Decode(json));

    private static WatchFrame<FooObject> Decode(string json) =>
        WatchFrame<FooObject>.Decode(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(json)), KubeJson.Default.FooObject);
}
