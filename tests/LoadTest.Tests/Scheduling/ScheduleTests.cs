using CsCheck;
using OrleansOperator.LoadTest.Scheduling;

namespace OrleansOperator.LoadTest.Tests.Scheduling;

public sealed class ScheduleTests
{
    [Theory]
    [InlineData(10, 100, -1, 0)]
    [InlineData(10, 100, 0, 1)]
    [InlineData(10, 100, 0.09, 1)]
    [InlineData(10, 100, 0.1, 2)]
    [InlineData(10, 100, 0.3, 4)]
    [InlineData(10, 100, 60, 100)]
    [InlineData(0.5, 3, 1.9, 1)]
    [InlineData(0.5, 3, 2, 2)]
    public void Changes_are_due_at_an_even_rate(double perSecond, int count, double seconds, int due) =>
        Assert.Equal(due, new Schedule(perSecond, count).DueBy(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(20, 10, 200)]
    [InlineData(0.1, 1, 1)]
    public void A_rate_during_a_time_is_a_number_of_changes(double perSecond, int seconds, int count) =>
        Assert.Equal(count, Schedule.During(perSecond, TimeSpan.FromSeconds(seconds)).Count);

    [Fact]
    public void A_change_is_due_at_its_time_and_not_before() =>
        Gen.Select(Gen.Double[0.1, 5000], Gen.Int[0, 10_000]).Sample((rate, index) =>
        {
            var schedule = new Schedule(rate, 20_000);
            var at = schedule.DueAt(index);
            return schedule.DueBy(at + TimeSpan.FromTicks(1)) == index + 1 && (index == 0 || schedule.DueBy(at - TimeSpan.FromTicks(10)) == index);
        });
}
