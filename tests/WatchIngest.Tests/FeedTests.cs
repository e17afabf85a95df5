using OrleansOperator.Grains.Interfaces.Sharing;
using OrleansOperator.WatchIngest.Tests.Support;

namespace OrleansOperator.WatchIngest.Tests;

public sealed class FeedTests
{
    [Fact]
    public void A_kind_is_one_feed_of_everything_by_default()
    {
        var feed = Assert.Single(Feed.Of([Widgets.Definition]));

        Assert.Equal(new Feed(Widgets.Definition, UidRange.Whole, null), feed);
        Assert.Equal("widgets.example.com", feed.Id);
    }

    [Fact]
    public void There_is_a_feed_for_every_kind_namespace_and_range_each_with_a_name_of_its_own()
    {
        var parts = Widgets.Definition with { Resource = Widgets.Resource with { Group = "", Plural = "parts" } };

        var feeds = Feed.Of([parts, Widgets.Definition with { Namespaces = ["red", "blue"], Ranges = 2 }]);

        Assert.Equal(
            ["parts", "widgets.example.com@red#0/2", "widgets.example.com@red#1/2", "widgets.example.com@blue#0/2", "widgets.example.com@blue#1/2"],
            feeds.Select(feed => feed.Id));
    }
}
