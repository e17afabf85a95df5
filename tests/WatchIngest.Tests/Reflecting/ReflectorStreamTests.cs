using System.Text;
using CsCheck;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

/// <summary>However the bytes of a watch come, and wherever they end: no change is lost, and none comes twice.</summary>
public sealed class ReflectorStreamTests
{
    private static readonly byte[][] Changes =
    [
        Encoding.UTF8.GetBytes(Frames.Added(TestSnapshot.Of("b", 11))),
        Encoding.UTF8.GetBytes(Frames.Modified(TestSnapshot.Of("a", 12))),
        Encoding.UTF8.GetBytes(Frames.Bookmark(13)),
        Encoding.UTF8.GetBytes(Frames.Deleted(TestSnapshot.Of("b", 14))),
    ];

    private static readonly string[] Seen = ["upsert b@11", "upsert a@12", "delete b@14"];

    private static readonly byte[] All = [.. Changes.SelectMany(change => change)];

    [Fact]
    public async Task Frames_may_be_split_at_any_byte()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10);
        for (var split = 0; split <= All.Length; split++)
        {
            watch.Send(All[..split]).Send(All[split..]);
            await AssertSeenAsync(reflector);
        }
    }

    [Fact]
    public async Task Frames_may_come_in_any_pieces()
    {
        await Gen.Int[0, All.Length].Array[0, 40].SampleAsync(
            async splits =>
            {
                await using var reflector = new ReflectorHarness();
                var watch = await reflector.ListAndWatchAsync(10);
                var start = 0;
                foreach (var split in splits.Append(All.Length).Order())
                {
                    watch.Send(All[start..split]);
                    start = split;
                }

                await AssertSeenAsync(reflector);
            },
            iter: 100, threads: 1);
    }

    [Fact]
    public async Task Frames_may_be_separated_by_empty_lines()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10);

        watch.Send("\n").Send([.. Changes[0], .. "\n\n"u8, .. Changes[1]]).Send("\n").Send([.. Changes[2], .. Changes[3]]);

        await AssertSeenAsync(reflector);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Wherever_a_stream_ends_it_is_resumed_after_the_last_whole_frame(bool cut)
    {
        for (var end = 0; end < All.Length; end++)
        {
            await using var reflector = new ReflectorHarness();
            var watch = await reflector.ListAndWatchAsync(10);

            // Long enough not to be taken for a server that closes at once.
            reflector.Clock.Advance(TimeSpan.FromSeconds(2));
            watch.Send(All[..end]);
            if (cut)
            {
                watch.Cut();
                await reflector.WaitsAsync(0.8, 1.6);
            }
            else
            {
                watch.End();
            }

            var whole = WholeFrames(end);
            (await reflector.WatchAsync(10 + whole)).Send([.. Changes.Skip(whole).SelectMany(change => change)]);

            await AssertSeenAsync(reflector);
        }
    }

    private static int WholeFrames(int bytes)
    {
        var frames = 0;
        while (frames < Changes.Length && (bytes -= Changes[frames].Length) >= 0)
            frames++;
        return frames;
    }

    private static async Task AssertSeenAsync(ReflectorHarness reflector)
    {
        foreach (var change in Seen)
            Assert.Equal(change, await reflector.Sink.NextAsync());
        Assert.True(reflector.Sink.IsEmpty);
    }
}
