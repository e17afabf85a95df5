using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Tests.Schemas;

public sealed class Re2Tests
{
    [Theory]
    [InlineData(@"^\d+$", "12", "\u0663")]
    [InlineData(@"^\w+$", "a_1", "é")]
    [InlineData(@"^\s$", "\t", "\v")]
    [InlineData(@"^\s$", " ", "\u00a0")]
    [InlineData("^a$", "a", "a\n")]
    [InlineData("^.$", "😀", "ab")]
    [InlineData("^..$", "ab", "😀")]
    [InlineData("^[^a]$", "😀", "a")]
    [InlineData(@"^\D$", "😀", "1")]
    [InlineData("^[[:alpha:]]+$", "abc", "ä")]
    [InlineData("^[]a]+$", "]a", "b")]
    [InlineData(@"^\pN+$", "12", "x")]
    [InlineData("^(?P<year>[0-9]{4})$", "2026", "26")]
    [InlineData(@"^\Qa.b\E$", "a.b", "axb")]
    [InlineData(@"^\x{41}$", "A", "B")]
    [InlineData("^(?i)(abort|warn)?$", "ABORT", "no")]
    public void A_pattern_matches_as_in_Go(string pattern, string matches, string fails)
    {
        var regex = Re2.Compile(pattern);

        Assert.True(Re2.IsMatch(regex, matches));
        Assert.False(Re2.IsMatch(regex, fails));
    }

    [Theory]
    [InlineData(@"(a)\1", @"error parsing regexp: invalid escape sequence: `\1`")]
    [InlineData("a(?=b)", "error parsing regexp: invalid or unsupported Perl syntax: `(?=`")]
    [InlineData("a{1001}", "error parsing regexp: invalid repeat count: `{1001}`")]
    [InlineData(@"\cA", @"error parsing regexp: invalid escape sequence: `\c`")]
    [InlineData("[[:nope:]]", "error parsing regexp: invalid character class range: `[:nope:]`")]
    public void A_pattern_that_Go_refuses_is_refused(string pattern, string problem) =>
        Assert.Equal(problem, Assert.Throws<FormatException>(() => Re2.Compile(pattern)).Message);

    [Fact]
    public void A_pattern_takes_time_in_proportion_to_the_text() =>
        Assert.False(Re2.IsMatch(Re2.Compile("^(a+)+$"), new string('a', 50_000) + "b"));
}
