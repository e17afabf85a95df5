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

    private readonly List<ResourceSnapshot> _objects = [];

    [Fact]
    public void A_page_says_its_version_and_where_the_next_begins()
    {
        Assert.Equal(new ListPage(10, "next/+="), Decode(Frames.Page(10, "next/+=", A, B)));
        Assert.Equal([A, B], _objects);
    }

    [Fact]
    public void Objects_are_added_to_those_of_the_pages_before()
    {
        Decode(Frames.Page(10, "next", A));
        Decode(Frames.Page(10, null, B));

        Assert.Equal([A, B], _objects);
    }

    [Theory]
    [InlineData("""{"metadata":{"resourceVersion":"10"},"items":[]}""")]
    [InlineData("""{"metadata":{"resourceVersion":"10","continue":""},"items":null}""")]
    [InlineData("""{"items":[],"more":{"metadata":{"resourceVersion":"11"}},"metadata":{"continue":null,"resourceVersion":"10"}}""")]
    public void The_last_page_names_no_next_and_may_hold_nothing(string page)
    {
        Assert.Equal(new ListPage(10, ""), Decode(page));
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
    public void What_is_no_list_is_refused(string page) => Assert.ThrowsAny<JsonException>(() => Decode(page));

    private ListPage Decode(string page) => ListPage.Decode(Encoding.UTF8.GetBytes(page), TestSnapshot.Decode, _objects);
}
