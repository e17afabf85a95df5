using System.Text;
using CsCheck;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.KubeApi.Tests.Text;

public sealed class Utf8TextTests
{
    [Theory]
    [InlineData("short", 5, "short")]
    [InlineData("too long", 7, "too ...")]
    [InlineData("äöü", 6, "äöü")]
    [InlineData("äöüß", 7, "äö...")]
    [InlineData("ab😀cd", 8, "ab😀cd")]
    [InlineData("ab😀cde", 8, "ab...")]
    [InlineData("", 3, "")]
    public void Text_is_cut_between_characters(string text, int most, string expected) => Assert.Equal(expected, Utf8Text.Fit(text, most));

    [Fact]
    public void Whatever_the_text_it_fits_and_is_cut_only_when_it_must_be() =>
        Gen.Select(Gen.String[Gen.OneOf(Gen.Char, Gen.Const('\ud83d'), Gen.Const('\ude00')), 0, 40], Gen.Int[3, 60]).Sample((text, most) =>
        {
            var fit = Utf8Text.Fit(text, most);
            return Encoding.UTF8.GetByteCount(fit) <= most && (fit == text) == (Encoding.UTF8.GetByteCount(text) <= most);
        });
}
