using OrleansOperator.Fleet.Pages;

namespace OrleansOperator.Fleet.Tests.Pages;

/// <summary>Times as people read them.</summary>
public sealed class AgesTests
{
    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0.9, "now")]
    [InlineData(1, "1 s ago")]
    [InlineData(59.9, "59 s ago")]
    [InlineData(60, "1 min ago")]
    [InlineData(3599, "59 min ago")]
    [InlineData(3600, "1 h ago")]
    [InlineData(47 * 3600, "47 h ago")]
    [InlineData(48 * 3600, "2 d ago")]
    public void What_was(double seconds, string text) => Assert.Equal(text, Ages.Ago(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-5, "now")]
    [InlineData(0.9, "now")]
    [InlineData(90, "in 1 min")]
    public void What_is_due(double seconds, string text) => Assert.Equal(text, Ages.In(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.04, "0.0 ms")]
    [InlineData(0.44, "0.4 ms")]
    [InlineData(12.6, "13 ms")]
    [InlineData(1240, "1.2 s")]
    [InlineData(61_000, "1 min")]
    public void What_took(double milliseconds, string text) => Assert.Equal(text, Ages.Took(TimeSpan.FromMilliseconds(milliseconds)));
}
