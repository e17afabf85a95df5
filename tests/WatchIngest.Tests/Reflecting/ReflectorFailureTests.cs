using System.Net;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

/// <summary>What a reflector does when the API server fails, forgets, falls silent or asks for patience.</summary>
public sealed class ReflectorFailureTests
{
    private static readonly TestSnapshot A = TestSnapshot.Of("a", 5);

    [Fact]
    public async Task When_the_server_has_forgotten_the_version_it_lists_again_at_once()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);

        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11)) + Frames.Gone());
        Assert.Equal("upsert a@11", await reflector.Sink.NextAsync());

        (await reflector.Api.ListAsync()).Return(Frames.List(600, TestSnapshot.Of("b", 580)));
        Assert.Equal("list 600: b@580", await reflector.Sink.NextAsync());
        await reflector.Api.WatchAsync(600);
    }

    [Fact]
    public async Task When_the_answer_itself_is_410_it_lists_again_too()
    {
        await using var reflector = new ReflectorHarness();
        (await reflector.ListAndWatchAsync(10, A)).Send(Frames.Bookmark(11)).End();

        (await reflector.Api.WatchAsync(11)).Fail(HttpStatusCode.Gone, "too old resource version");

        await reflector.Api.ListAsync();
    }

    [Fact]
    public async Task When_a_list_expires_between_pages_it_is_asked_for_in_one_answer_which_cannot_expire()
    {
        await using var reflector = new ReflectorHarness();
        (await reflector.Api.ListAsync()).Return(Frames.Page(10, "token", A));
        (await reflector.Api.ListAsync()).Fail(HttpStatusCode.Gone, "The provided continue parameter is too old");

        var again = await reflector.Api.ListAsync();
        Assert.Null(again.Query("continue"));
        Assert.Null(again.Query("limit"));
        again.Return(Frames.List(600, TestSnapshot.Of("b", 580)));

        Assert.Equal("list 600: b@580", await reflector.Sink.NextAsync());
    }

    [Fact]
    public async Task A_server_that_forgets_what_it_has_just_listed_is_not_stormed_with_lists()
    {
        await using var reflector = new ReflectorHarness();
        (await reflector.ListAndWatchAsync(10, A)).Send(Frames.Gone());

        (await reflector.ListAndWatchAsync(20, A)).Send(Frames.Gone());
        await reflector.WaitsAsync(0.8, 1.6);
        (await reflector.ListAndWatchAsync(30, A)).Send(Frames.Gone());
        await reflector.WaitsAsync(1.6, 3.2);

        // It comes to itself.
        (await reflector.ListAndWatchAsync(40, A)).Send(Frames.Bookmark(41)).Send(Frames.Gone());
        await reflector.Api.ListAsync();
    }

    [Fact]
    public async Task A_watch_that_is_silent_for_150_s_is_opened_again_at_the_same_version()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);

        reflector.Clock.Advance(TimeSpan.FromSeconds(149));
        Assert.False(watch.IsGivenUp);
        reflector.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(watch.IsGivenUp);

        await reflector.Api.WatchAsync(10);
    }

    [Fact]
    public async Task Any_byte_is_a_sign_of_life()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);

        reflector.Clock.Advance(TimeSpan.FromSeconds(149));
        watch.Send("{");
        await reflector.Clock.TimerAsync(ReflectorHarness.SilenceLimit);
        reflector.Clock.Advance(TimeSpan.FromSeconds(149));
        Assert.False(watch.IsGivenUp);
        reflector.Clock.Advance(TimeSpan.FromSeconds(1));

        await reflector.Api.WatchAsync(10);
    }

    [Fact]
    public async Task A_list_that_stops_in_its_middle_for_150_s_is_restarted()
    {
        await using var reflector = new ReflectorHarness();
        (await reflector.Api.ListAsync()).Open().Send("""{"items":[""");
        await reflector.Clock.TimerAsync(ReflectorHarness.SilenceLimit);

        reflector.Clock.Advance(ReflectorHarness.SilenceLimit);

        (await reflector.Api.ListAsync()).Return(Frames.List(10, A));
        Assert.Equal("list 10: a@5", await reflector.Sink.NextAsync());
    }

    [Fact]
    public async Task A_server_that_closes_at_once_is_asked_after_waits_that_double_from_800_ms_to_30_s()
    {
        await using var reflector = new ReflectorHarness();
        (await reflector.Api.ListAsync()).Return(Frames.List(10, A));
        foreach (var least in (double[])[0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30])
        {
            (await reflector.Api.WatchAsync(10)).Open().End();
            await reflector.WaitsAsync(least, 2 * least);
        }

        // One that lasts ends the row.
        var watch = await reflector.WatchAsync(10);
        reflector.Clock.Advance(TimeSpan.FromSeconds(1));
        watch.End();
        (await reflector.Api.WatchAsync(10)).Open().End();
        await reflector.WaitsAsync(0.8, 1.6);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_asked_after_waits_that_double()
    {
        await using var reflector = new ReflectorHarness();
        foreach (var least in (double[])[0.8, 1.6, 3.2])
        {
            (await reflector.Api.ListAsync()).Refuse();
            await reflector.WaitsAsync(least, 2 * least);
        }

        await reflector.ListAndWatchAsync(10, A);
    }

    [Fact]
    public async Task A_frame_that_has_come_ends_the_row_of_failures()
    {
        await using var reflector = new ReflectorHarness();
        for (var i = 0; i < 3; i++)
        {
            (await reflector.Api.ListAsync()).Refuse();
            await reflector.WaitsAsync(0.8, 6.4);
        }

        var watch = await reflector.ListAndWatchAsync(10, A);
        watch.Send(Frames.Bookmark(11)).Cut();

        await reflector.WaitsAsync(0.8, 1.6);
        await reflector.Api.WatchAsync(11);
    }

    [Fact]
    public async Task Retry_After_is_respected()
    {
        await using var reflector = new ReflectorHarness();
        var list = await reflector.Api.ListAsync();

        list.Fail(HttpStatusCode.TooManyRequests, "too many requests, please try again later", TimeSpan.FromSeconds(17));

        await reflector.WaitsAsync(17, 17);
        await reflector.Api.ListAsync();
    }

    [Fact]
    public async Task A_Retry_After_that_is_shorter_than_the_back_off_does_not_shorten_it()
    {
        await using var reflector = new ReflectorHarness();
        for (var i = 0; i < 3; i++)
        {
            (await reflector.Api.ListAsync()).Refuse();
            await reflector.WaitsAsync(0.8, 6.4);
        }

        (await reflector.Api.ListAsync()).Fail(HttpStatusCode.TooManyRequests, "too many requests", TimeSpan.FromSeconds(1));

        await reflector.WaitsAsync(6.4, 12.8);
    }

    [Fact]
    public async Task While_the_storage_of_a_new_CRD_initializes_it_asks_soon_and_then_less_often()
    {
        await using var reflector = new ReflectorHarness();
        foreach (var wait in (double[])[0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 5, 5])
        {
            (await reflector.Api.ListAsync()).Fail(HttpStatusCode.TooManyRequests, "storage is (re)initializing", TimeSpan.FromSeconds(1));
            await reflector.WaitsAsync(wait, wait);
        }

        (await reflector.ListAndWatchAsync(10, A)).Send(Frames.Gone());
        (await reflector.Api.ListAsync()).Fail(HttpStatusCode.TooManyRequests, "storage is (re)initializing", TimeSpan.FromSeconds(1));
        await reflector.WaitsAsync(0.05, 0.05);
    }

    [Fact]
    public async Task A_Retry_After_of_weeks_blinds_a_feed_for_a_minute_only()
    {
        await using var reflector = new ReflectorHarness();

        (await reflector.Api.ListAsync()).Fail(HttpStatusCode.TooManyRequests, "too many requests", TimeSpan.FromDays(60));

        await reflector.WaitsAsync(60, 60);
        await reflector.ListAndWatchAsync(10, A);
    }

    /// <summary>It would be listed again for ever, and with it everything else of its kind.</summary>
    [Fact]
    public async Task An_object_that_cannot_be_read_does_not_disturb_the_others()
    {
        await using var reflector = new ReflectorHarness(
            decode: static (ref System.Text.Json.Utf8JsonReader reader) =>
                TestSnapshot.Decode(ref reader) is var snapshot && snapshot.Owner == "unreadable" ? throw new System.Text.Json.JsonException("no number") : snapshot);
        (await reflector.Api.ListAsync()).Return(Frames.List(10, A, TestSnapshot.Of("odd", 6, "unreadable")));
        Assert.Equal("list 10: a@5 unreadable odd@6", await reflector.Sink.NextAsync());
        var watch = await reflector.WatchAsync(10);

        watch.Send(Frames.Modified(TestSnapshot.Of("odd", 11, "unreadable")) + Frames.Modified(TestSnapshot.Of("a", 12)) + Frames.Deleted(TestSnapshot.Of("odd", 13, "unreadable")));

        foreach (var expected in (string[])["unreadable odd@11", "upsert a@12", "delete odd@13"])
            Assert.Equal(expected, await reflector.Sink.NextAsync());
        watch.End();
        await reflector.Api.WatchAsync(13);
    }

    [Fact]
    public async Task An_error_in_a_watch_other_than_410_is_waited_out_and_the_watch_resumed()
    {
        await using var reflector = new ReflectorHarness();
        var watch = await reflector.ListAndWatchAsync(10, A);

        watch.Send(Frames.Modified(TestSnapshot.Of("a", 11)) + Frames.Error(500, "InternalError", "etcdserver: request timed out"));

        await reflector.WaitsAsync(0.8, 1.6);
        await reflector.Api.WatchAsync(11);
    }

    [Theory]
    [InlineData("this is no JSON\n")]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":{}}\n")]
    [InlineData("{\"type\":\"MODIFIED\",\"object\":{\"metadata\":{\"namespace\":\"ns\",\"name\":\"a\",\"uid\":\"u\",\"resourceVersion\":\"99999999999999999999\"}}}\n")]
    [InlineData("{\"type\":\"BOOKMARK\",\"object\":{\"metadata\":{\"resourceVersion\":\"99999999999999999999\"}}}\n")]
    [InlineData("{\"type\":\"ERROR\",\"object\":{\"code\":\"four\"}}\n")]
    public async Task What_cannot_be_read_is_waited_out_and_everything_listed_again(string frame)
    {
        await using var reflector = new ReflectorHarness();
        (await reflector.ListAndWatchAsync(10, A)).Send(frame);
        await reflector.WaitsAsync(0.8, 1.6);

        // Where this goes on the waits double, though the lists succeed.
        (await reflector.ListAndWatchAsync(20, A)).Send(frame);
        await reflector.WaitsAsync(1.6, 3.2);
        await reflector.Api.ListAsync();
    }

    [Fact]
    public async Task It_is_not_ready_before_the_first_list_and_says_why()
    {
        await using var reflector = new ReflectorHarness();
        Assert.Equal("the first list has not come", reflector.State.NotReady);

        (await reflector.Api.ListAsync()).Fail(HttpStatusCode.Forbidden, "widgets.example.com is forbidden: User \"operator\" cannot list");
        await reflector.NextWaitAsync();
        Assert.Equal(
            "Permission missing: \"list\" on \"widgets.example.com\" in all namespaces; grant it in a ClusterRole of this operator's service account. The API server says: widgets.example.com is forbidden: User \"operator\" cannot list",
            reflector.State.NotReady);

        reflector.Clock.Advance(TimeSpan.FromSeconds(2));
        await reflector.ListAndWatchAsync(10, A);
        Assert.True(reflector.State.HasListed);
    }

    [Fact]
    public async Task It_stops_in_whatever_it_is_doing()
    {
        await using var lists = new ReflectorHarness();
        await lists.Api.ListAsync();
        await lists.StopAsync();

        await using var watches = new ReflectorHarness();
        await watches.ListAndWatchAsync(10, A);
        await watches.StopAsync();

        await using var waits = new ReflectorHarness();
        (await waits.Api.ListAsync()).Refuse();
        await waits.NextWaitAsync();
        await waits.StopAsync();
    }

    /// <summary>A connection that breaks because, or while, the reflector is stopped is no failure of the silo.</summary>
    [Fact]
    public async Task It_stops_though_the_connection_breaks_in_that_moment()
    {
        await using var reflector = new ReflectorHarness();
        (await reflector.Api.ListAsync()).Return(Frames.List(10, A));
        await reflector.WatchAsync(10, failsWhenGivenUp: true);

        await reflector.StopAsync();
    }
}
