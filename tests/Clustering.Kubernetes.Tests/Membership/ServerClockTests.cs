using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Clustering.Kubernetes.Membership;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

/// <summary>The API server's time, as a node with a clock of its own knows it.</summary>
public sealed class ServerClockTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Any_skew_is_found_to_within_three_seconds() => Gen.Select(Gen.Int[-600_000, 600_000], Gen.Int[0, 999], Gen.Int[0, 1500]).Sample((skew, millisecond, delay) =>
    {
        var local = new FakeTimeProvider(Start + TimeSpan.FromMilliseconds(skew));
        var clock = new ServerClock(local);
        var server = Start + TimeSpan.FromMilliseconds(millisecond);

        Observe(clock, server, local.GetUtcNow() + TimeSpan.FromMilliseconds(millisecond), TimeSpan.FromMilliseconds(delay));

        Assert.InRange(clock.Offset.TotalMilliseconds, -skew - 3000, -skew + 3000);
    });

    [Fact]
    public void Clocks_that_agree_to_within_a_second_are_not_translated()
    {
        var clock = new ServerClock(new FakeTimeProvider(Start));
        for (var millisecond = 0; millisecond < 5000; millisecond += 70)
        {
            var now = Start.AddMilliseconds(millisecond);
            Observe(clock, now, now.AddMilliseconds(millisecond % 900), TimeSpan.FromMilliseconds(5));
        }

        Assert.Equal(TimeSpan.Zero, clock.Offset);
    }

    [Fact]
    public void The_offset_stays_while_answers_agree_with_it_so_that_times_translate_there_and_back()
    {
        var clock = new ServerClock(new FakeTimeProvider(Start));
        Observe(clock, Start.AddMinutes(5), Start, TimeSpan.FromMilliseconds(300));
        var offset = clock.Offset;

        for (var millisecond = 0; millisecond < 5000; millisecond += 70)
            Observe(clock, Start.AddMinutes(5).AddMilliseconds(millisecond), Start.AddMilliseconds(millisecond), TimeSpan.FromMilliseconds(20));

        Assert.Equal(offset, clock.Offset);
        Assert.Equal(Start.UtcDateTime, clock.ToServer(clock.ToLocal(Start.UtcDateTime)));
    }

    [Fact]
    public void A_clock_that_is_set_is_followed()
    {
        var clock = new ServerClock(new FakeTimeProvider(Start));
        Observe(clock, Start.AddMinutes(5), Start, TimeSpan.FromMilliseconds(10));
        Observe(clock, Start.AddMinutes(5), Start.AddMinutes(5), TimeSpan.FromMilliseconds(10));

        Assert.Equal(TimeSpan.Zero, clock.Offset);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(-5)]
    public void The_ends_of_time_stay_where_they_are(int minutes)
    {
        var clock = new ServerClock(new FakeTimeProvider(Start));
        Observe(clock, Start.AddMinutes(minutes), Start, TimeSpan.FromMilliseconds(10));

        Assert.InRange(clock.ToServer(DateTime.MaxValue), DateTime.MaxValue.AddMinutes(-6), DateTime.MaxValue);
        Assert.InRange(clock.ToLocal(DateTime.MinValue), DateTime.MinValue, DateTime.MinValue.AddMinutes(6));
    }

    /// <summary>The server answers at a time with a Date of whole seconds; the answer takes a while.</summary>
    private static void Observe(ServerClock clock, DateTimeOffset server, DateTimeOffset local, TimeSpan delay) =>
        clock.Observe(new DateTimeOffset(server.Ticks - (server.Ticks % TimeSpan.TicksPerSecond), TimeSpan.Zero), local - (delay / 2), local + (delay / 2));
}
