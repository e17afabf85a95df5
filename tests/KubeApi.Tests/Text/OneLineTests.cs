using System.Globalization;
using CsCheck;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.KubeApi.Tests.Text;

public sealed class OneLineTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain text, ünïcödé 日本語 🎉", "plain text, ünïcödé 日本語 🎉")]
    [InlineData("a\nb\r\nc\td", "a b  c d")]
    [InlineData("\u001b[31mred\u001b[0m", "\\u001b[31mred\\u001b[0m")]
    [InlineData("\u0000\u0007\u007f\u0085\u009b", "\\u0000\\u0007\\u007f\\u0085\\u009b")]
    [InlineData("abc\u202edcba\u2066x\u2069", "abc\\u202edcba\\u2066x\\u2069")]
    [InlineData("zero\u200bwidth\ufeff", "zero\\u200bwidth\\ufeff")]
    [InlineData("line\u2028and\u2029paragraph", "line\\u2028and\\u2029paragraph")]
    [InlineData("tag \U000e0041", "tag \\udb40\\udc41")]
    public void What_moves_or_hides_characters_is_written_out(string text, string line) => Assert.Equal(line, OneLine.Of(text));

    [Fact]
    public void Halves_of_surrogate_pairs_are_replaced() => Assert.Equal("a\\ufffdb", OneLine.Of("a\ud83cb"));

    [Fact]
    public void Long_text_is_cut() => Assert.Equal("abc...", OneLine.Of("abcdef", most: 3));

    [Fact]
    public void Plain_text_is_not_copied()
    {
        var text = new string('x', 100);

        Assert.Same(text, OneLine.Of(text));
    }

    [Fact]
    public void Whatever_comes_in_is_one_bounded_line_of_visible_characters() =>
        Gen.String[Gen.Char, 0, 200].Sample(text =>
        {
            var line = OneLine.Of(text, most: 50);
            return line.Length <= 50 + "...".Length + "\\udbff\\udfff".Length
                && line.EnumerateRunes().All(rune => System.Text.Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control
                    or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator));
        });
}
