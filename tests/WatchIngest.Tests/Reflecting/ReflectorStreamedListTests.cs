using System.Net;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

/// <summary>Lists that are streamed by the watch (WatchList, KEP-3157), and what happens where a server cannot.</summary>
public sealed class ReflectorStreamedListTests
{
    private static readonly TestSnapshot A = TestSnapshot.Of("a", 5);
    private static readonly TestSnapshot B = TestSnapshot.Of("b", 7);

    [Fact]
    public async Task A_list_and_the_changes_after_it_come_by_one_watch()
    {
        await using var reflector = new ReflectorHarness(streamLists: true);
        var call = await reflector.Api.NextAsync();
        Assert.Equal(
            ("watch", "true", "NotOlderThan", "true", null),
            (call.Verb, call.Query("sendInitialEvents"), call.Query("resourceVersionMatch"), call.Query("allowWatchBookmarks"), call.Query("resourceVersion")));
        var watch = call.Open();

        watch.Send(Frames.Added(A)).Send(Frames.Added(B));
        Assert.False(reflector.State.HasListed);
        watch.Send(Frames.InitialEventsEnd(10)).Send(Frames.Modified(TestSnapshot.Of("a", 11)));

        Assert.Equal("list 10: a@5 b@7", await reflector.Sink.NextAsync());
        Assert.Equal("upsert a@11", await reflector.Sink.NextAsync());
        watch.End();
        await reflector.Api.WatchAsync(11);
    }

    [Theory]
    [InlineData(HttpStatusCode.UnprocessableEntity)]
    [InlineData(HttpStatusCode.BadRequest)]
    public async Task A_server_that_refuses_is_asked_in_pages_at_once_and_for_good(HttpStatusCode code)
    {
        await using var reflector = new ReflectorHarness(streamLists: true);
        (await reflector.Api.NextAsync()).Fail(code, "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled");

        var watch = await reflector.ListAndWatchAsync(10, A);
        watch.Send(Frames.Gone());

        await reflector.Api.ListAsync();
    }

    [Fact]
    public async Task A_server_that_never_ends_its_initial_events_is_asked_in_pages()
    {
        await using var reflector = new ReflectorHarness(streamLists: true);
        (await reflector.Api.NextAsync()).Open().Send(Frames.Added(A));
        await reflector.Clock.TimerAsync(ReflectorHarness.SilenceLimit);
        await Limit.UntilAsync(
            () =>
            {
                reflector.Clock.Advance(ReflectorHarness.SilenceLimit);
                return reflector.Api.IsAsked;
            },
            () => "another request");

        (await reflector.Api.ListAsync()).Return(Frames.List(10, A));
        Assert.Equal("list 10: a@5", await reflector.Sink.NextAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_came_of_initial_events_that_broke_off_is_not_taken_for_everything(bool cut)
    {
        await using var reflector = new ReflectorHarness(streamLists: true);
        var watch = (await reflector.Api.NextAsync()).Open().Send(Frames.Added(A));
        if (cut)
            watch.Cut();
        else
            watch.End();
        await reflector.WaitsAsync(0.8, 1.6);

        (await reflector.Api.NextAsync()).Open().Send(Frames.Added(B)).Send(Frames.InitialEventsEnd(10));

        Assert.Equal("list 10: b@7", await reflector.Sink.NextAsync());
    }

    [Fact]
    public async Task When_the_server_has_forgotten_the_version_the_list_is_streamed_again()
    {
        await using var reflector = new ReflectorHarness(streamLists: true);
        (await reflector.Api.NextAsync()).Open().Send(Frames.Added(A)).Send(Frames.InitialEventsEnd(10)).Send(Frames.Gone());
        Assert.Equal("list 10: a@5", await reflector.Sink.NextAsync());

        Assert.Equal("true", (await reflector.Api.NextAsync()).Query("sendInitialEvents"));
    }
}
