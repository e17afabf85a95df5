using System.Globalization;
using OrleansOperator.KubeApi.Events;

namespace OrleansOperator.KubeApi.Tests.Events;

/// <summary>
/// The table is read as: these messages about one object, at these seconds, and what becomes of each: <c>new</c> event, repeat
/// <c>x2</c>, <c>combined</c> with similar ones (<c>combined x2</c> when repeated), <c>dropped</c>.
/// </summary>
public sealed class EventCorrelatorTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly ObjectReference s_one = new("example.com/v1", "Widget", "default", "one", "uid-1", "5");

    public static TheoryData<string, string[], string[]> Table => new()
    {
        { "one event is made", ["a@0"], ["new"] },
        { "the same again is counted", ["a@0", "a@1", "a@99999"], ["new", "x2", "x3"] },
        { "another message is another event", ["a@0", "b@0", "a@0"], ["new", "new", "x2"] },
        {
            "the tenth message in ten minutes, and those after it, are combined",
            ["1@0", "2@1", "3@2", "4@3", "5@4", "6@5", "7@6", "8@7", "9@8", "10@9", "11@10", "12@11"],
            ["new", "new", "new", "new", "new", "new", "new", "new", "new", "combined", "combined x2", "combined x3"]
        },
        {
            "the nine messages known keep their events",
            ["1@0", "2@1", "3@2", "4@3", "5@4", "6@5", "7@6", "8@7", "9@8", "10@9", "1@10", "9@10", "11@11"],
            ["new", "new", "new", "new", "new", "new", "new", "new", "new", "combined", "x2", "x2", "combined x2"]
        },
        {
            "after more than ten quiet minutes nothing is similar any more",
            ["1@0", "2@1", "3@2", "4@3", "5@4", "6@5", "7@6", "8@7", "9@8", "10@609"],
            ["new", "new", "new", "new", "new", "new", "new", "new", "new", "new"]
        },
        {
            "the ten minutes count from the last one",
            ["1@0", "2@500", "3@1000", "4@1500", "5@2000", "6@2500", "7@3000", "8@3500", "9@4000", "10@4500"],
            ["new", "new", "new", "new", "new", "new", "new", "new", "new", "combined"]
        },
        {
            "the 26th within five minutes is dropped, and after five minutes one passes, with the true count",
            [.. Enumerable.Repeat("a@0", 27), "a@299", "a@300", "a@301"],
            ["new", .. Enumerable.Range(2, 24).Select(n => "x" + n), "dropped", "dropped", "dropped", "x29", "dropped"]
        },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void What_becomes_of_events_about_one_object(string rule, string[] happen, string[] become)
    {
        Assert.NotEmpty(rule);
        var correlator = new EventCorrelator();

        var became = happen.Select(text =>
        {
            var (message, at) = (text.Split('@')[0], s_start.AddSeconds(int.Parse(text.Split('@')[1], CultureInfo.InvariantCulture)));
            return Describe(correlator.Correlate(new(s_one, EventType.Warning, "Failed", message, at)), message);
        });

        Assert.Equal(become, became);
    }

    [Fact]
    public void Objects_reasons_and_types_are_told_apart()
    {
        var correlator = new EventCorrelator();
        EventOccurrence[] all =
        [
            new(s_one, EventType.Normal, "Synced", "m", s_start),
            new(s_one, EventType.Warning, "Synced", "m", s_start),
            new(s_one, EventType.Normal, "Other", "m", s_start),
            new(s_one with { Uid = "uid-2" }, EventType.Normal, "Synced", "m", s_start),
            new(s_one with { Name = "two" }, EventType.Normal, "Synced", "m", s_start),
            new(s_one with { Namespace = "other" }, EventType.Normal, "Synced", "m", s_start),
            new(s_one with { Kind = "Gadget" }, EventType.Normal, "Synced", "m", s_start),
        ];

        Assert.All(all, occurrence => Assert.Equal(1, correlator.Correlate(occurrence)!.Count));
        Assert.Equal(2, correlator.Correlate(all[0] with { About = s_one with { ResourceVersion = "6" } })!.Count);
    }

    [Fact]
    public void One_noisy_object_takes_nothing_from_another()
    {
        var correlator = new EventCorrelator();
        for (var i = 0; i < 100; i++)
            correlator.Correlate(new(s_one, EventType.Normal, "Noise", "m", s_start));

        Assert.Null(correlator.Correlate(new(s_one, EventType.Warning, "Other", "m", s_start)));
        Assert.NotNull(correlator.Correlate(new(s_one with { Name = "two", Uid = "uid-2" }, EventType.Warning, "Other", "m", s_start)));
    }

    [Fact]
    public void A_repeat_keeps_name_and_first_time_and_brings_the_newest_message_and_time()
    {
        var correlator = new EventCorrelator();
        var first = correlator.Correlate(new(s_one, EventType.Normal, "Synced", "m", s_start))!;
        var second = correlator.Correlate(new(s_one, EventType.Normal, "Synced", "m", s_start.AddMinutes(1)))!;

        Assert.Equal("one." + (s_start.ToUnixTimeMilliseconds() * 1_000_000).ToString("x", CultureInfo.InvariantCulture), first.Name);
        Assert.Equal((first.Name, s_start, s_start.AddMinutes(1)), (second.Name, second.FirstAt, second.Occurrence.At));
        Assert.Equal((false, true), (first.IsRepeat, second.IsRepeat));
    }

    [Fact]
    public void The_combined_event_tells_the_newest_message()
    {
        var correlator = new EventCorrelator();
        CorrelatedEvent? last = null;
        for (var i = 1; i <= 11; i++)
            last = correlator.Correlate(new(s_one, EventType.Warning, "Failed", "try " + i, s_start));

        Assert.Equal("(combined from similar events): try 11", last!.Occurrence.Message);
    }

    [Fact]
    public void Names_are_unique_and_valid_however_long_the_object_s_name_and_still_the_clock()
    {
        var correlator = new EventCorrelator();
        var about = s_one with { Name = new string('a', 235) + "." + new string('b', 17) };

        var names = Enumerable.Range(0, 20).Select(i => correlator.Correlate(new(about, EventType.Normal, "R" + i, "m", s_start))!.Name).ToList();

        Assert.Equal(20, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", name));
        Assert.All(names, name => Assert.InRange(name.Length, 1, 253));
    }

    [Fact]
    public void What_was_seen_longest_ago_is_forgotten_after_4096_others()
    {
        var correlator = new EventCorrelator();
        for (var i = 0; i <= 4096; i++)
            correlator.Correlate(new(s_one with { Name = "n" + i }, EventType.Normal, "Synced", "m", s_start));

        Assert.Equal(1, correlator.Correlate(new(s_one with { Name = "n0" }, EventType.Normal, "Synced", "m", s_start))!.Count);
        Assert.Equal(2, correlator.Correlate(new(s_one with { Name = "n4096" }, EventType.Normal, "Synced", "m", s_start))!.Count);
    }

    private static string Describe(CorrelatedEvent? became, string message) => became switch
    {
        null => "dropped",
        { Count: 1 } when became.Occurrence.Message == message => "new",
        _ when became.Occurrence.Message == message => "x" + became.Count,
        { Count: 1 } => "combined",
        _ => "combined x" + became.Count,
    };

    [Fact]
    public void A_million_events_of_as_many_objects_are_remembered_within_bounds()
    {
        const int Events = 1_000_000;
        var correlator = new EventCorrelator();
        void Happen(int i) => correlator.Correlate(new EventOccurrence(
            s_one with { Name = string.Create(CultureInfo.InvariantCulture, $"object-{i}") }, EventType.Warning, "Failed", string.Create(CultureInfo.InvariantCulture, $"message {i}"), s_start.AddMilliseconds(i)));
        for (var i = 0; i < Events / 10; i++)
            Happen(i);
        var full = GC.GetTotalMemory(forceFullCollection: true);

        for (var i = Events / 10; i < Events; i++)
            Happen(i);

        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - full, long.MinValue, 8 * 1024 * 1024);
        GC.KeepAlive(correlator);
    }
}
