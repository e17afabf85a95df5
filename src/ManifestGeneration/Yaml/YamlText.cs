using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OrleansOperator.ManifestGeneration.Yaml;

/// <summary>JSON as YAML in the one form that kubectl prints too: fields in alphabetical order, so that the same object is the same text.</summary>
internal static partial class YamlText
{
    private const int Width = 140;

    /// <summary>Texts up to this length stay on one line.</summary>
    private const int Short = 100;

    private static readonly string[] Ambiguous =
        ["", "~", "null", "y", "n", "yes", "no", "on", "off", "true", "false", ".inf", ".nan", "=", "<<"];

    /// <summary>The text of an object; it ends with a line break.</summary>
    public static string Of(JsonObject document)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        var emitter = new Emitter(writer, new EmitterSettings(2, Width, false, 1024).WithIndentedSequences().WithNewLine("\n"));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        Emit(emitter, document);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return writer.ToString();
    }

    private static void Emit(Emitter emitter, JsonNode? node)
    {
        switch (node)
        {
            case JsonObject obj:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, isImplicit: true, obj.Count == 0 ? MappingStyle.Flow : MappingStyle.Block));
                foreach (var (name, value) in obj.OrderBy(static field => field.Key, StringComparer.Ordinal))
                {
                    emitter.Emit(Text(name, isKey: true));
                    Emit(emitter, value);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonArray list:
                emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, isImplicit: true, list.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (var item in list)
                    Emit(emitter, item);
                emitter.Emit(new SequenceEnd());
                break;
            case not null when node.GetValueKind() == JsonValueKind.String:
                emitter.Emit(Text(node.GetValue<string>(), isKey: false));
                break;
            default:
                emitter.Emit(new Scalar(node?.ToJsonString() ?? "null"));
                break;
        }
    }

    private static Scalar Text(string text, bool isKey) =>
        new(AnchorName.Empty, TagName.Empty, text, StyleOf(text, isKey), isPlainImplicit: true, isQuotedImplicit: true);

    private static ScalarStyle StyleOf(string text, bool isKey) =>
        !isKey && text.Length > Short && Prose().IsMatch(text) ? ScalarStyle.Folded
        : text.Length <= Short && Word().IsMatch(text) && !Ambiguous.Contains(text.ToLowerInvariant()) ? ScalarStyle.Plain
        : ScalarStyle.DoubleQuoted;

    /// <summary>What YAML takes for text in every version: begins with a letter, has no punctuation that means something.</summary>
    [GeneratedRegex(@"^(?:[A-Za-z]|[./][A-Za-z])(?:[A-Za-z0-9_./,;()'=-]|(?<![#:]) (?![#])|:(?=\S))*$(?<! )")]
    private static partial Regex Word();

    /// <summary>Printable words with single spaces between them, which fold at any of these.</summary>
    [GeneratedRegex(@"^[!-~]+( [!-~]+)*$")]
    private static partial Regex Prose();
}
