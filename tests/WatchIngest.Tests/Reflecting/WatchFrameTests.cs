using System.Buffers;
using System.Text;
using System.Text.Json;
using OrleansOperator.WatchIngest.Reflecting;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

public sealed class WatchFrameTests
{
    private static readonly TestSnapshot Widget = TestSnapshot.Of("a", 12, owner: "o");

    [Fact]
    public void An_addition_and_a_change_both_say_what_there_is()
    {
        var expected = new WatchFrame(WatchFrameKind.Upserted, Widget, 12);
        Assert.Equal(expected, Decode(Frames.Added(Widget)));
        Assert.Equal(expected, Decode(Frames.Modified(Widget)));
    }

    [Fact]
    public void A_deletion_carries_the_last_state_and_the_version_of_the_deletion() =>
        Assert.Equal(new WatchFrame(WatchFrameKind.Deleted, Widget, 12), Decode(Frames.Deleted(Widget)));

    [Fact]
    public void A_bookmark_carries_a_version_only() =>
        Assert.Equal(new WatchFrame(WatchFrameKind.Bookmark, null, 4711), Decode(Frames.Bookmark(4711)));

    [Fact]
    public void An_error_carries_its_code_and_message() =>
        Assert.Equal(new WatchFrame(WatchFrameKind.Error, null, 0, 410, "too old"), Decode(Frames.Error(410, "Expired", "too old")));

    [Fact]
    public void An_error_may_lack_its_code_and_message() =>
        Assert.Equal(new WatchFrame(WatchFrameKind.Error, null, 0), Decode("""{"type":"ERROR","object":{"kind":"Status"}}"""));

    [Fact]
    public void Fields_that_are_not_known_are_skipped() =>
        Assert.Equal(
            new WatchFrame(WatchFrameKind.Bookmark, null, 5),
            Decode("""{"more":{"type":"ERROR","list":[1,{}]},"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"5"}}}"""));

    [Fact]
    public void A_frame_may_lie_in_pieces()
    {
        var bytes = Encoding.UTF8.GetBytes(Frames.Modified(Widget));
        for (var split = 1; split < bytes.Length; split++)
        {
            var frame = WatchFrame.Decode(Pieces(bytes.AsMemory(0, split), bytes.AsMemory(split)), TestSnapshot.Decode);
            Assert.Equal(new WatchFrame(WatchFrameKind.Upserted, Widget, 12), frame);
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
