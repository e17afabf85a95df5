using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansOperator.Silo.Telemetry;

namespace OrleansOperator.Silo.Tests.Telemetry;

/// <summary>Lines for people.</summary>
public sealed class TextLogFormatterTests
{
    private const string Head = "2026-01-02T03:04:05.006Z warn: Some.Category[7] ";

    [Fact]
    public void A_line_has_time_level_category_event_and_message() => Assert.Equal(Head + "all is well\n", Line("all is well"));

    [Theory]
    [InlineData("a\n2026-01-02T03:04:05.007Z info: Forged[1] all is well", "a 2026-01-02T03:04:05.007Z info: Forged[1] all is well")]
    [InlineData("a\r\nb\u2028c\u0085d", "a  b\\u2028c\\u0085d")]
    [InlineData("\u001b]0;title\u0007\u001b[2J", "\\u001b]0;title\\u0007\\u001b[2J")]
    [InlineData("name\u202egnp.exe", "name\\u202egnp.exe")]
    public void What_a_message_quotes_neither_forges_a_line_nor_reaches_the_terminal(string message, string written) =>
        Assert.Equal(Head + written + "\n", Line(message));

    [Fact]
    public void An_exception_is_on_the_same_line()
    {
        var line = Line("failed", new InvalidOperationException("bad\nvalue", new IOException("\u001b[31mred")));

        Assert.StartsWith(Head + "failed System.InvalidOperationException: bad value", line, StringComparison.Ordinal);
        Assert.Contains("System.IO.IOException: \\u001b[31mred", line, StringComparison.Ordinal);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_too_long_is_cut()
    {
        var huge = new string('x', 1_000_000);

        Assert.Equal(Head.Length + TextLogFormatter.LongestMessage + "...\n".Length, Line(huge).Length);
        Assert.InRange(Line("failed", new InvalidOperationException(huge)).Length, TextLogFormatter.LongestException, TextLogFormatter.LongestException + 100);
    }

    private static string Line(string message, Exception? exception = null)
    {
        var formatter = new TextLogFormatter(new FakeTimeProvider(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.Zero)));
        using var writer = new StringWriter { NewLine = "\n" };
        formatter.Write(new LogEntry<string>(LogLevel.Warning, "Some.Category", 7, message, exception, static (state, _) => state), null, writer);
        return writer.ToString();
    }
}
