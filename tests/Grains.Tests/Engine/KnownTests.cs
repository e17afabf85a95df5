using OrleansOperator.Grains.Engine;
using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Grains.Tests.Engine.Probes;

namespace OrleansOperator.Grains.Tests.Engine;

/// <summary>What is believed of one name: the newest within a uid, and of a tombstone that its uid is gone.</summary>
public sealed class KnownTests
{
    private static readonly ProbeSnapshot Object = Of("first", 50);

    private static readonly Known<ProbeSnapshot> Seen = Known<ProbeSnapshot>.Nothing.See(Object);

    private static readonly Known<ProbeSnapshot> Gone = Seen.Gone("first");

    [Fact]
    public void What_nobody_has_told_is_unknown_and_not_absent()
    {
        var nothing = Known<ProbeSnapshot>.Nothing;

        Assert.True(nothing.IsUnknown);
        Assert.False(nothing.IsAbsent);
        Assert.Same(nothing, nothing.Gone("first"));
    }

    [Theory]
    [InlineData(49, false)]
    [InlineData(50, false)]
    [InlineData(51, true)]
    public void Within_a_uid_the_newer_version_counts(long version, bool news)
    {
        var known = Seen.See(Of("first", version));

        Assert.Equal(news ? version : 50, known.Object!.ResourceVersion);
        Assert.Equal(!news, ReferenceEquals(Seen, known));
    }

    [Fact]
    public void A_tombstone_ends_its_uid_whatever_version_is_known_of_it()
    {
        // This grain's own write was answered before the feed saw it.
        var written = Seen.Answer(Of("first", 90), Seen);

        Assert.True(written.Gone("first").IsAbsent);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(60)]
    public void A_tombstone_of_the_predecessor_does_not_hide_the_successor(long version)
    {
        var successor = Known<ProbeSnapshot>.Nothing.See(Of("second", version));

        Assert.Same(successor, successor.Gone("first"));
    }

    /// <summary>A relist finds the first gone at some version that may be above that of its successor.</summary>
    [Fact]
    public void A_successor_is_seen_after_the_tombstone_of_its_predecessor() =>
        Assert.Equal("second", Gone.See(Of("second", 51)).Object!.Uid);

    [Fact]
    public void A_late_predecessor_does_not_hide_the_successor()
    {
        var successor = Seen.See(Of("second", 60));

        Assert.Same(successor, successor.See(Of("first", 55)));
    }

    [Fact]
    public void A_uid_that_is_gone_does_not_come_back() => Assert.Same(Gone, Gone.See(Of("first", 70)));

    [Theory]
    [InlineData("first", 50, true, "a deleted object is back")]
    [InlineData("first", 20, true, "a deleted object is back, of an earlier version")]
    [InlineData("first", 20, false, "the version went back")]
    [InlineData("other", 20, false, "an earlier object has the name again")]
    [InlineData("other", 20, true, "another object has the name, of an earlier version")]
    public void A_list_that_contradicts_what_is_known_has_it_read_as_after_a_restore_of_etcd(string uid, long version, bool gone, string what)
    {
        var told = (gone ? Gone : Seen).See(Of(uid, version), contradicts: true);
        Assert.True(told.IsUnknown, what);

        // The API server's answer stands, whatever the versions say.
        Assert.Equal((uid, version), (told.Answer(Of(uid, version), told).Object!.Uid, told.Answer(Of(uid, version), told).Object!.ResourceVersion));
        Assert.True(told.Answer(null, told) is { IsAbsent: true, IsUnknown: false });
    }

    [Fact]
    public void What_was_seen_while_it_was_read_is_newer_than_an_older_answer()
    {
        var seen = Seen.See(Of("first", 60));

        Assert.Same(seen, seen.Answer(Of("first", 55), Seen));
        Assert.Same(seen, seen.Answer(null, Seen));
        Assert.Equal(65, seen.Answer(Of("first", 65), Seen).Object!.ResourceVersion);
    }

    [Fact]
    public void What_is_doubted_is_unknown_until_it_is_seen_as_new_as_before()
    {
        var doubted = Seen.Doubted();
        Assert.Null(doubted.Object);
        Assert.True(doubted.IsUnknown);

        Assert.True(doubted.See(Of("first", 49)).IsUnknown);
        Assert.NotNull(doubted.See(Object).Object);
        Assert.True(doubted.Gone("first") is { IsAbsent: true, IsUnknown: false });
    }

    [Theory]
    [InlineData("first", 1, true)]
    [InlineData("first", 2, false)]
    [InlineData("second", 1, false)]
    public void What_is_settled_stays_so_while_nobody_changes_its_spec(string uid, long generation, bool settled)
    {
        var known = (Seen with { IsSettled = true }).See(Of(uid, 60) with { Generation = generation });

        Assert.Equal(settled, known.IsSettled);
    }

    [Fact]
    public void An_absence_is_settled_only_when_the_owner_was_read_since()
    {
        var settled = Seen with { IsSettled = true };

        Assert.False(settled.Gone("first").IsSettled);
        Assert.False(settled.Answer(null, settled).IsSettled);
    }

    private static ProbeSnapshot Of(string uid, long version) =>
        new() { Key = new ObjectKey("ns", "name"), Uid = uid, ResourceVersion = version, Generation = 1 };
}
