using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.WatchIngest.Reflecting;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

public sealed class ListPageTests
{
    private static readonly TestSnapshot A = TestSnapshot.Of("a", 5);
    private static readonly TestSnapshot B = TestSnapshot.Of("b", 7, owner: "o");

    private readonly List<DecodedObject> _objects = [];

    [Fact]
    public async Task A_page_says_its_version_and_where_the_next_begins()
    {
        Assert.Equal(new ListPage(10, "next/+="), await DecodeAsync(Frames.Page(10, "next/+=", A, B)));
        Assert.Equal([A, B], Snapshots);
    }

    /// <summary>It is decoded as it streams in: whatever has arrived, and wherever it was cut.</summary>
    [Fact]
    public async Task A_page_may_arrive_in_any_pieces()
    {
        var page = Frames.Page(10, "next", A, B);
        for (var size = 1; size < 40; size++)
        {
            _objects.Clear();
            Assert.Equal(new ListPage(10, "next"), await DecodeAsync(page, size));
            Assert.Equal([A, B], Snapshots);
        }
    }

    [Fact]
    public async Task Objects_are_decoded_before_the_page_has_ended()
    {
        var page = Encoding.UTF8.GetBytes(Frames.Page(10, "next", A, B));
        var pipe = new Pipe();
        await pipe.Writer.WriteAsync(page.AsMemory(0, page.Length - 100), TestContext.Current.CancellationToken);

        var reading = ListPage.ReadAsync(pipe.Reader, TestSnapshot.Decode, _objects, () => { }, TestContext.Current.CancellationToken);
        await Limit.UntilAsync(() => _objects.Count == 1, () => "the first object is there");
        await pipe.Writer.WriteAsync(page.AsMemory(page.Length - 100), TestContext.Current.CancellationToken);
        await pipe.Writer.CompleteAsync();

        Assert.Equal(new ListPage(10, "next"), await reading);
        Assert.Equal([A, B], Snapshots);
    }

    /// <summary>One that cannot be read must not hide the others, nor pass for one that is not there.</summary>
    [Fact]
    public async Task An_object_that_its_decoder_cannot_read_is_still_identified()
    {
        SnapshotDecoder decode = static (ref Utf8JsonReader reader) =>
            TestSnapshot.Decode(ref reader) is var snapshot && snapshot.Key.Name == "a" ? throw new JsonException("no number") : snapshot;

        await ReadAsync(Frames.Page(10, "next", A, B), int.MaxValue, decode);

        Assert.Equal([new DecodedObject(new ObjectMeta(A.Key, A.Uid, 5), null, "no number"), new DecodedObject(new ObjectMeta(B.Key, B.Uid, 7), B)], _objects);
    }

    [Fact]
    public async Task Objects_are_added_to_those_of_the_pages_before()
    {
        await DecodeAsync(Frames.Page(10, "next", A));
        await DecodeAsync(Frames.Page(10, null, B));

        Assert.Equal([A, B], Snapshots);
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"10","continue":""},"items":null}""")]
    [InlineData("""{"items":[],"more":{"metadata":{"resourceVersion":"11"}},"metadata":{"continue":null,"resourceVersion":"10"}}""")]
    public async Task The_last_page_names_no_next_and_may_hold_nothing(string page)
    {
        Assert.Equal(new ListPage(10, ""), await DecodeAsync(page));
        Assert.Empty(_objects);
    }

    /// <summary>Whatever passed for an empty list here would have everything deleted.</summary>
    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"items":[]}""")]
    [InlineData("""{"metadata":{},"items":[]}""")]
    [InlineData("""{"metadata":[],"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":10},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":""},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"ten"},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"99999999999999999999"},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"10"}}""")]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":7}""")]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":{}}""")]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":[1,2]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":[{}]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":[""")]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":[]""")]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":[]}]""")]
    public Task What_is_no_list_is_refused(string page) => Assert.ThrowsAnyAsync<JsonException>(() => DecodeAsync(page));

    private IEnumerable<ResourceSnapshot?> Snapshots => _objects.Select(o => o.Snapshot);

    private Task<ListPage> DecodeAsync(string page, int pieces = int.MaxValue) => ReadAsync(page, pieces, TestSnapshot.Decode);

    private async Task<ListPage> ReadAsync(string page, int pieces, SnapshotDecoder decode)
    {
        var stream = new ScriptedStream();
        foreach (var piece in Encoding.UTF8.GetBytes(page).Chunk(pieces))
            stream.Send(piece);
        stream.End();
        return await ListPage.ReadAsync(PipeReader.Create(stream), decode, _objects, () => { }, TestContext.Current.CancellationToken);
    }
}
