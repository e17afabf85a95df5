using CsCheck;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.WatchIngest.Reflecting;

namespace OrleansOperator.WatchIngest.Tests.Reflecting;

public sealed class ReflectorBackoffTests
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void It_doubles_from_800_ms_to_30_s()
    {
        var backoff = new ReflectorBackoff(_clock, new NoJitter());

        Assert.Equal([800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000], Enumerable.Range(0, 8).Select(_ => backoff.Next().TotalMilliseconds));
    }

    [Fact]
    public void A_server_that_does_not_answer_is_asked_at_least_every_4_s_before_jitter()
    {
        var backoff = new ReflectorBackoff(_clock, new NoJitter());

        Assert.Equal([800, 1600, 3200, 4000, 4000], Enumerable.Range(0, 5).Select(_ => backoff.Next(unanswered: true).TotalMilliseconds));
    }

    [Fact]
    public void Jitter_adds_up_to_as_much_again()
    {
        Gen.Int.Sample(seed =>
        {
            var backoff = new ReflectorBackoff(_clock, new Random(seed));
            foreach (var least in (double[])[800, 1600, 3200, 6400, 12_800, 25_600, 30_000])
                Assert.InRange(backoff.Next().TotalMilliseconds, least, 2 * least);
        });
    }

    [Fact]
    public void It_stays_at_its_longest_however_often_it_fails()
    {
        var backoff = new ReflectorBackoff(_clock, new NoJitter());
        for (var i = 0; i < 10_000; i++)
            backoff.Next();

        Assert.Equal(TimeSpan.FromSeconds(30), backoff.Next());
    }

    [Fact]
    public void A_reset_starts_over()
    {
        var backoff = new ReflectorBackoff(_clock, new NoJitter());
        backoff.Next();
        backoff.Next();

        backoff.Reset();

        Assert.Equal(TimeSpan.FromMilliseconds(800), backoff.Next());
    }

    [Theory]
    [InlineData(120, 1600)]
    [InlineData(121, 800)]
    public void More_than_two_minutes_without_a_failure_are_health(int seconds, int next)
    {
        var backoff = new ReflectorBackoff(_clock, new NoJitter());
        backoff.Next();

        _clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(next, backoff.Next().TotalMilliseconds);
    }

    private sealed class NoJitter : Random
    {
        public override double NextDouble() => 0;
    }
}
