using System.Buffers;
using System.Text;
using System.Text.Json;
using OrleansOperator.WatchIngest.Reflecting;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

public sealed class WatchFrameTests
{
    private static readonly TestSnapshot Widget = TestSnapshot.Of("a", 12, owner: "o");

    private static DecodedObject Read => new(new ObjectMeta(Widget.Key, Widget.Uid, 12), Widget);

    [Fact]
    public void An_addition_and_a_change_both_say_what_there_is()
    {
        var expected = new WatchFrame(WatchFrameKind.Upserted, Read, 12);
        Assert.Equal(expected, Decode(Frames.Added(Widget)));
        Assert.Equal(expected, Decode(Frames.Modified(Widget)));
    }

    [Fact]
    public void A_deletion_carries_the_last_state_and_the_version_of_the_deletion() =>
        Assert.Equal(new WatchFrame(WatchFrameKind.Deleted, Read, 12), Decode(Frames.Deleted(Widget)));

    [Fact]
    public void A_bookmark_carries_a_version_only() =>
        Assert.Equal(new WatchFrame(WatchFrameKind.Bookmark, default, 4711), Decode(Frames.Bookmark(4711)));

    [Theory]
    [InlineData("""{"k8s.io/initial-events-end":"true"}""", true)]
    [InlineData("""{"k8s.io/initial-events-end":"false"}""", false)]
    [InlineData("""{"k8s.io/initial-events-end":true}""", false)]
    [InlineData("{}", false)]
    [InlineData("[]", false)]
    public void A_bookmark_may_end_the_initial_events(string annotations, bool ends) =>
        Assert.Equal(
            new WatchFrame(WatchFrameKind.Bookmark, default, 5) { EndsInitialEvents = ends },
            Decode($$$"""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"5","annotations":{{{annotations}}} } } }"""));

    [Fact]
    public void An_object_that_its_decoder_cannot_read_is_still_identified()
    {
        var frame = WatchFrame.Decode(
            new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(Frames.Modified(Widget))), (ref Utf8JsonReader reader) => throw new JsonException("no number"));

        Assert.Equal(new WatchFrame(WatchFrameKind.Upserted, new DecodedObject(new ObjectMeta(Widget.Key, Widget.Uid, 12), null, "no number"), 12), frame);
    }

    [Fact]
    public void An_error_carries_its_code_and_message() =>
        Assert.Equal(new WatchFrame(WatchFrameKind.Error, default, 0, 410, "too old"), Decode(Frames.Error(410, "Expired", "too old")));

    [Fact]
    public void An_error_may_lack_its_code_and_message() =>
        Assert.Equal(new WatchFrame(WatchFrameKind.Error, default, 0), Decode("""{"type":"ERROR","object":{"kind":"Status"}}"""));

    [Fact]
    public void Fields_that_are_not_known_are_skipped() =>
        Assert.Equal(
            new WatchFrame(WatchFrameKind.Bookmark, default, 5),
            Decode("""{"more":{"type":"ERROR","list":[1,{}]},"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"5"}}}"""));

    [Fact]
    public void A_frame_may_lie_in_pieces()
    {
        var bytes = Encoding.UTF8.GetBytes(Frames.Modified(Widget));
        for (var split = 1; split < bytes.Length; split++)
        {
            var frame = WatchFrame.Decode(Pieces(bytes.AsMemory(0, split), bytes.AsMemory(split)), TestSnapshot.Decode);
            Assert.Equal(new WatchFrame(WatchFrameKind.Upserted, Read, 12), frame);
        }
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("17")]
    [InlineData("{}")]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":"NEWS","object":{}}""")]
    [InlineData("""{"type":7,"object":{}}""")]
    [InlineData("""{"type":null,"object":{}}""")]
    [InlineData("""{"object":{},"type":"ADDED"}""")]
    [InlineData("""{"type":"ADDED","object":{}}""")]
    [InlineData("""{"type":"ADDED","object":{"metada""")]
    [InlineData("""{"type":"BOOKMARK","object":{}}""")]
    [InlineData("""{"type":"BOOKMARK","object":[]}""")]
    [InlineData("""{"type":"BOOKMARK","object":{"metadata":{}}}""")]
    [InlineData("""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":5}}}""")]
    [InlineData("""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":""}}}""")]
    [InlineData("""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"-5"}}}""")]
    [InlineData("""{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"99999999999999999999"}}}""")]
    [InlineData("""{"type":"ERROR","object":null}""")]
    public void What_is_no_frame_is_refused(string text) => Assert.ThrowsAny<JsonException>(() => Decode(text));

    private static WatchFrame Decode(string text) =>
        WatchFrame.Decode(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(text)), TestSnapshot.Decode);

    private static ReadOnlySequence<byte> Pieces(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        var start = new Piece(first, null);
        var end = new Piece(second, start);
        return new ReadOnlySequence<byte>(start, 0, end, second.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, Piece? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
