using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace OrleansOperator.Fleet.Html;

/// <summary>
/// Writes HTML as UTF-8. What stands in an interpolated string is markup, and what is put into it is text: it is always
/// encoded, so that no value can become markup. Values stand in element content or in double-quoted attributes, nowhere else.
/// </summary>
internal sealed class HtmlWriter(IBufferWriter<byte> output)
{
    // Everything that HTML gives no meaning to is written as it is, so that a page can be read in any language.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    /// <summary>Writes markup with encoded values.</summary>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The handler writes to this instance while the string is put together.")]
    public void Write([InterpolatedStringHandlerArgument("")] ref Handler markup) => _ = markup;

    private void Markup(ReadOnlySpan<char> markup) => Encoding.UTF8.GetBytes(markup, output);

    private void Text(string text) => Markup(Encoder.Encode(text));

    /// <summary>Takes the parts of an interpolated string.</summary>
    [InterpolatedStringHandler]
    public readonly ref struct Handler
    {
        private readonly HtmlWriter _writer;

        /// <summary>Called by the compiler.</summary>
        public Handler(int literalLength, int formattedCount, HtmlWriter writer)
        {
            _ = (literalLength, formattedCount);
            _writer = writer;
        }

        /// <summary>Markup.</summary>
        public void AppendLiteral(string markup) => _writer.Markup(markup);

        /// <summary>Text.</summary>
        public void AppendFormatted(string? text)
        {
            if (text is { Length: > 0 })
                _writer.Text(text);
        }

        /// <summary>A number, with separators between thousands.</summary>
        public void AppendFormatted(int number) => AppendFormatted(number.ToString("N0", CultureInfo.InvariantCulture));

        /// <summary>An attribute, if it has a value.</summary>
        public void AppendFormatted(HtmlAttribute attribute)
        {
            if (attribute.Value is null)
                return;
            AppendLiteral(" ");
            AppendLiteral(attribute.Name);
            AppendLiteral("=\"");
            AppendFormatted(attribute.Value);
            AppendLiteral("\"");
        }
    }
}
