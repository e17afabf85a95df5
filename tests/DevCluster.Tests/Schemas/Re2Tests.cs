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
    [InlineData(@"^[\s\S]$", "😀", "")]
    [InlineData(@"^[^\s\S]?$", "", "a")]
    [InlineData(@"^[^\W_]$", "a", "_")]
    [InlineData(@"^[\d\D]{2}$", "1😀", "1")]
    [InlineData("^[😀-😂]$", "😁", "😄")]
    [InlineData("^[^😀]$", "😁", "😀")]
    [InlineData("^😀+$", "😀😀", "😁")]
    [InlineData(@"^\p{Greek}+$", "αβγ", "abc")]
    [InlineData(@"^\PL$", "1", "a")]
    [InlineData(@"^\P{Greek}$", "a", "α")]
    [InlineData("^[[:^alpha:]]$", "1", "a")]
    [InlineData(@"^\x41\101$", "AA", "AB")]
    [InlineData("^(?s).$", "\n", "ab")]
    [InlineData("^(?s:.).$", "\na", "a\n")]
    [InlineData("(?m)^a$", "b\na\nc", "ab")]
    [InlineData("(?U)^a+$", "aaa", "b")]
    [InlineData(@"^\_\-\/$", "_-/", "_")]
    [InlineData("^a{,2}$", "a{,2}", "aa")]
    [InlineData("^(?<x>a)$", "a", "b")]
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
    [InlineData("a(?<=b)", "error parsing regexp: invalid or unsupported Perl syntax: `(?<=`")]
    [InlineData("(?#x)", "error parsing regexp: invalid or unsupported Perl syntax: `(?#`")]
    [InlineData("[a", "error parsing regexp: missing closing ]: `[a`")]
    [InlineData("[z-a]", "error parsing regexp: invalid character class range: `z-a`")]
    [InlineData(@"\p{Klingon}", @"error parsing regexp: invalid character class range: `\p{Klingon}`")]
    [InlineData("[[:nope:]]", "error parsing regexp: invalid character class range: `[:nope:]`")]
    public void A_pattern_that_Go_refuses_is_refused(string pattern, string problem) =>
        Assert.Equal(problem, Assert.Throws<FormatException>(() => Re2.Compile(pattern)).Message);

    [Fact]
    public void A_pattern_takes_time_in_proportion_to_the_text() =>
        Assert.False(Re2.IsMatch(Re2.Compile("^(a+)+$"), new string('a', 50_000) + "b"));
}
