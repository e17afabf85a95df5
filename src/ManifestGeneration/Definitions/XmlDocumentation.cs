using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>
/// The summaries of types and members, from the documentation file that the compiler writes beside an assembly
/// (<c>GenerateDocumentationFile</c>).
/// </summary>
internal static partial class XmlDocumentation
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> Files = new();

    /// <summary>What the summary of a type says; null when there is none.</summary>
    public static string? Of(Type type) => Text(Find(type)?.Element("summary"));

    /// <summary>What the summary of a property says, or that of the parameter of a positional record; null when there is none.</summary>
    public static string? Of(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        return Text(Members(type.Assembly).GetValueOrDefault($"P:{Id(type)}.{property.Name}")?.Element("summary"))
            ?? Text(Find(type)?.Elements("param").FirstOrDefault(parameter => parameter.Attribute("name")?.Value == property.Name));
    }

    private static XElement? Find(Type type) => Members(type.Assembly).GetValueOrDefault("T:" + Id(type));

    private static string? Id(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName?.Replace('+', '.');

    private static Dictionary<string, XElement> Members(Assembly assembly) => Files.GetOrAdd(assembly, static assembly =>
    {
        var file = assembly.Location.Length == 0 ? "" : Path.ChangeExtension(assembly.Location, ".xml");
        if (!File.Exists(file))
            return [];
        try
        {
            return XDocument.Load(file).Descendants("member").Where(static member => member.Attribute("name") is not null)
                .DistinctBy(static member => member.Attribute("name")!.Value).ToDictionary(static member => member.Attribute("name")!.Value);
        }
        catch (XmlException e)
        {
            throw new ManifestException("The descriptions", [$"{file} is no documentation file: {e.Message} Build the project again."]);
        }
    });

    private static string? Text(XElement? element) =>
        element is null || WhiteSpace().Replace(string.Concat(element.Nodes().Select(Text)), " ").Trim() is not { Length: > 0 } text ? null : text;

    private static string Text(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" or "paramref" or "typeparamref" } reference when reference.IsEmpty =>
            reference.Attribute("langword")?.Value ?? reference.Attribute("name")?.Value ?? LastWord(reference.Attribute("cref")?.Value ?? reference.Attribute("href")?.Value ?? ""),
        XElement { Name.LocalName: "para" } paragraph => $" {string.Concat(paragraph.Nodes().Select(Text))} ",
        XElement other => string.Concat(other.Nodes().Select(Text)),
        _ => "",
    };

    /// <summary>The name of a referenced member, without its type and its parameters.</summary>
    private static string LastWord(string reference) =>
        reference.Contains("://", StringComparison.Ordinal) ? reference : reference.Split('(')[0].Split('.', ':')[^1].Split('`')[0];

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
