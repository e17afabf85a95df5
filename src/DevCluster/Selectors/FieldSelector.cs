using System.Text;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Storage;

namespace OrleansOperator.DevCluster.Selectors;

/// <summary>A field selector such as <c>metadata.name=a,involvedObject.kind!=Foo</c> (apimachinery, <c>fields.ParseSelector</c>).</summary>
internal sealed class FieldSelector
{
    private readonly ResourceInfo _resource;
    private readonly List<(string Field, bool Equal, string Value)> _terms = [];

    private FieldSelector(ResourceInfo resource) => _resource = resource;

    public bool IsEmpty => _terms.Count == 0;

    /// <exception cref="ApiException">400: it does not parse, or the kind does not support the field.</exception>
    public static FieldSelector Parse(string? text, ResourceInfo resource)
    {
        var selector = new FieldSelector(resource);
        foreach (var term in Terms(text ?? "").Where(term => term.Length > 0))
        {
            if (Split(term) is not var (field, equal, escaped))
                throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            var value = Unescape(escaped);
            if (field is not ("metadata.name" or "metadata.namespace") && !resource.Rules.SelectableFields.Contains(field))
            {
                // Kinds with selectable fields of their own say it in their own words.
                throw ApiErrors.BadRequest(resource.IsCustom || resource.Rules.SelectableFields.Count > 0
                    ? $"field label not supported: {field}"
                    : $"\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\"");
            }

            selector._terms.Add((field, equal, value));
        }

        return selector;
    }

    public bool Matches(StoredObject obj)
    {
        System.Text.Json.Nodes.JsonObject? parsed = null;
        foreach (var (field, equal, value) in _terms)
        {
            var actual = field switch
            {
                "metadata.name" => obj.Name,
                "metadata.namespace" => obj.Namespace,
                _ => _resource.Rules.SelectableField(parsed ??= _resource.Rules.FromStored(obj.Parse()), field) ?? "",
            };
            if ((actual == value) != equal)
                return false;
        }

        return true;
    }

    /// <summary>The parts between commas that have no backslash before them, sorted.</summary>
    private static IEnumerable<string> Terms(string text)
    {
        var terms = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ',')
            {
                terms.Add(text[start..i]);
                start = i + 1;
            }
        }

        terms.Add(text[start..]);
        return terms.Order(StringComparer.Ordinal);
    }

    private static (string Field, bool Equal, string Value)? Split(string term)
    {
        for (var i = 0; i < term.Length; i++)
        {
            if (term.AsSpan(i).StartsWith("!="))
                return (term[..i], false, term[(i + 2)..]);
            if (term[i] == '=')
                return (term[..i], true, term[(i + (term.AsSpan(i).StartsWith("==") ? 2 : 1))..]);
        }

        return null;
    }

    private static string Unescape(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] is ',' or '=')
                throw ApiErrors.BadRequest($"invalid field selector: unescaped character in value: {(int)value[i]}");
            if (value[i] != '\\')
                text.Append(value[i]);
            else if (++i < value.Length && value[i] is '\\' or ',' or '=')
                text.Append(value[i]);
            else
                throw ApiErrors.BadRequest($"invalid field selector: invalid escape sequence: \\{(i < value.Length ? value[i] : "")}");
        }

        return text.ToString();
    }
}
