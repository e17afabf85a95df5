namespace OrleansOperator.WatchIngest.Tests;

public sealed class WatchIngestOptionsTests
{
    private readonly WatchIngestOptions.Validator _validator = new();

    [Fact]
    public void The_defaults_will_do() => Assert.True(_validator.Validate(null, new WatchIngestOptions()).Succeeded);

    [Fact]
    public void The_least_values_will_do() =>
        Assert.True(_validator.Validate(null, new WatchIngestOptions { AntiEntropyPeriod = TimeSpan.FromSeconds(0.1), Standbys = 0, MaxCallsInFlight = 1, PageSize = 1 }).Succeeded);

    [Fact]
    public void Everything_that_is_wrong_is_named_with_its_value_and_the_remedy()
    {
        var result = _validator.Validate(null, new WatchIngestOptions { AntiEntropyPeriod = TimeSpan.FromMinutes(1), Standbys = -1, MaxCallsInFlight = 0, PageSize = -1 });

        Assert.Equal(
            [
                "AntiEntropyPeriod is 00:01:00: it must be from 0.1 s to 10 s.",
                "Standbys is -1: it must be 0 or more.",
                "MaxCallsInFlight is 0: it must be 1 or more.",
                "PageSize is -1: it must be 1 or more.",
            ],
            result.Failures);
    }
}
