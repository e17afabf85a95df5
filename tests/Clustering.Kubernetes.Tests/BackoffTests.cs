using CsCheck;

namespace OrleansOperator.Clustering.Kubernetes.Tests;

public sealed class BackoffTests
{
    [Fact]
    public void Waits_double_from_a_fifth_of_a_second_to_ten_seconds_and_half_of_each_is_random() =>
        Gen.Select(Gen.Int, Gen.Int[0, 100]).Sample((seed, failures) =>
        {
            var backoff = new Backoff(new Random(seed));
            for (var failure = 0; failure < failures; failure++)
            {
                var most = Math.Min(0.2 * Math.Pow(2, failure), 10);
                Assert.InRange(backoff.Next().TotalSeconds, most / 2, most);
            }

            backoff.Reset();
            Assert.InRange(backoff.Next().TotalSeconds, 0.1, 0.2);
        });

    [Fact]
    public void A_longer_wait_that_the_server_asks_for_is_granted()
    {
        var backoff = new Backoff(new Random(1));

        Assert.Equal(TimeSpan.FromSeconds(30), backoff.Next(TimeSpan.FromSeconds(30)));
        Assert.InRange(backoff.Next(TimeSpan.Zero).TotalSeconds, 0.2, 0.4);
    }
}
