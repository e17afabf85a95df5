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
        foreach (var term in (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var at = term.IndexOf('=', StringComparison.Ordinal);
            if (at <= 0)
                throw ApiErrors.BadRequest($"invalid selector: '{text}'; can't understand '{term}'");
            var equal = term[at - 1] != '!';
            var field = equal ? term[..at] : term[..(at - 1)];
            var value = term[(at + 1)..].TrimStart('=');
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
}
