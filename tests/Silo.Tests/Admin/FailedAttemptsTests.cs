using System.Globalization;
using System.Net;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Silo.Admin;

namespace OrleansOperator.Silo.Tests.Admin;

public sealed class FailedAttemptsTests
{
    private static readonly IPAddress s_one = IPAddress.Parse("10.0.0.1"), s_other = IPAddress.Parse("10.0.0.2");

    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void After_ten_failures_an_address_waits_for_the_minute_to_end()
    {
        var failures = new FailedAttempts(_time);
        Fail(failures, s_one, FailedAttempts.Most - 1);
        Assert.Null(failures.Wait(s_one));

        _time.Advance(TimeSpan.FromSeconds(20));
        failures.Add(s_one);

        Assert.Equal(TimeSpan.FromSeconds(40), failures.Wait(s_one));
        Assert.Null(failures.Wait(s_other));
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Null(failures.Wait(s_one));
        failures.Add(s_one);
        Assert.Null(failures.Wait(s_one));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("10.0.0.1", "::ffff:10.0.0.1", true)]
    public void An_address_counts_with_what_one_customer_has(string failing, string other, bool together)
    {
        var failures = new FailedAttempts(_time);

        Fail(failures, IPAddress.Parse(failing), FailedAttempts.Most);

        Assert.Equal(together, failures.Wait(IPAddress.Parse(other)) is not null);
    }

    [Fact]
    public void Beyond_the_addresses_that_are_told_apart_the_rest_counts_as_one_until_the_minute_is_over()
    {
        var failures = new FailedAttempts(_time);
        for (var i = 0; i < FailedAttempts.MostAddresses; i++)
            failures.Add(IPAddress.Parse(string.Create(CultureInfo.InvariantCulture, $"10.1.{i / 256}.{i % 256}")));

        Fail(failures, s_one, FailedAttempts.Most);
        Assert.NotNull(failures.Wait(s_other));
        Assert.Null(failures.Wait(IPAddress.Parse("10.1.0.0")));

        _time.Advance(FailedAttempts.Window);
        failures.Add(s_one);
        Assert.Null(failures.Wait(s_other));
    }

    private static void Fail(FailedAttempts failures, IPAddress address, int times)
    {
        for (var i = 0; i < times; i++)
            failures.Add(address);
    }
}
