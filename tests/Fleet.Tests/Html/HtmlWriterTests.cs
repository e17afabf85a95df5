using System.Buffers;
using System.Net;
using System.Text;
using CsCheck;
using OrleansOperator.Fleet.Html;

namespace OrleansOperator.Fleet.Tests.Html;

/// <summary>Values can never become markup.</summary>
public sealed class HtmlWriterTests
{
    [Fact]
    public void Markup_is_written_as_it_is() => Assert.Equal("<b class=\"x\">ö</b>", Write(html => html.Write($"<b class=\"x\">ö</b>")));

    [Theory]
    [InlineData("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;")]
    [InlineData("\" onmouseover=\"alert(1)", "&quot; onmouseover=&quot;alert(1)")]
    [InlineData("' a=b", "&#x27; a=b")]
    [InlineData("&lt;", "&amp;lt;")]
    [InlineData("schön 日本", "schön 日本")]
    [InlineData(null, "")]
    public void A_value_is_encoded(string? value, string encoded) => Assert.Equal($"<p>{encoded}</p>", Write(html => html.Write($"<p>{value}</p>")));

    [Fact]
    public void Any_value_comes_out_as_the_text_that_it_is() =>
        Gen.String.Where(text => !text.Any(char.IsSurrogate)).Sample(text =>
        {
            var written = Write(html => html.Write($"{text}"));
            Assert.DoesNotContain(written, c => c is '<' or '>' or '"' or '\'');
            Assert.Equal(text, WebUtility.HtmlDecode(written));
        });

    [Fact]
    public void Numbers_have_separators() => Assert.Equal("1,234,567", Write(html => html.Write($"{1234567}")));

    [Fact]
    public void An_attribute_is_there_only_with_a_value() =>
        Assert.Equal("<a b=\"&quot;&gt;\">", Write(html => html.Write($"<a{new HtmlAttribute("b", "\">")}{new HtmlAttribute("c", null)}>")));

    private static string Write(Action<HtmlWriter> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(new HtmlWriter(output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
