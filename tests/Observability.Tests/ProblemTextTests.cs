namespace OrleansOperator.Observability.Tests;

/// <summary>An exception as one line.</summary>
public sealed class ProblemTextTests
{
    [Theory]
    [InlineData("the server is away", "the server is away")]
    [InlineData("  padded  ", "padded")]
    [InlineData("first\nsecond", "first")]
    [InlineData("first\r\nsecond", "first")]
    [InlineData("Unable to connect   at Orleans.Runtime.Messaging.ConnectionManager.GetConnectionAsync(SiloAddress endpoint)", "Unable to connect")]
    [InlineData("Unable to connect\n   at Orleans.Runtime.Messaging", "Unable to connect")]
    [InlineData("", "InvalidOperationException")]
    public void Stack_traces_and_further_lines_are_left_out(string message, string text) =>
        Assert.Equal(text, ProblemText.Of(new InvalidOperationException(message)));

    [Fact]
    public void A_long_message_is_cut()
    {
        var text = ProblemText.Of(new InvalidOperationException(new string('x', 100_000)));

        Assert.Equal(500, text.Length);
        Assert.EndsWith("x…", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Exceptions_of_the_same_types_have_one_cause() =>
        Assert.Equal("InvalidOperationException/IOException", ProblemText.CauseOf(new InvalidOperationException("a", new IOException("b"))));
}
