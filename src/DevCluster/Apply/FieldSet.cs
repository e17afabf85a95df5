using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>
/// A set of fields as a tree, in the form of <c>fieldsV1</c>: <c>f:name</c> for fields, <c>k:{…}</c> for items of keyed lists,
/// <c>v:…</c> for items of sets. Sets taken from an object know the values too, so that they can be compared.
/// </summary>
internal sealed class FieldSet
{
    private readonly Dictionary<string, FieldSet> _children = new(StringComparer.Ordinal);
    private JsonNode? _value;

    /// <summary>Whether this place itself belongs to the set, besides what is below it.</summary>
    private bool _member;

    public bool IsEmpty => !_member && _children.Count == 0;

    public static FieldSet FromJson(JsonObject? json)
    {
        var set = new FieldSet();
        foreach (var (element, below) in json ?? [])
        {
            if (element == ".")
                set._member = true;
            else
                set._children[element] = Below(below as JsonObject);
        }

        return set;

        static FieldSet Below(JsonObject? json)
        {
            var child = FromJson(json);
            child._member |= child._children.Count == 0;
            return child;
        }
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (element, child) in _children.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var below = child.ToJson();
            if (child._member && below.Count > 0)
                below.Insert(0, ".", new JsonObject());
            json[element] = below;
        }

        return json;
    }

    public FieldSet Union(FieldSet other) => Combine(other, (mine, theirs) => mine || theirs, this, other, onlyMine: true, onlyTheirs: true);

    /// <summary>What is in both.</summary>
    /// <param name="other">The other set.</param>
    /// <param name="keepParents">Whether a place of mine stays when the other has only something below it.</param>
    public FieldSet Intersect(FieldSet other, bool keepParents = true) =>
        Combine(other, (mine, theirs) => mine && (theirs || (keepParents && other._children.Count > 0)), this, other, onlyMine: false, onlyTheirs: false, keepParents);

    public FieldSet Without(FieldSet other)
    {
        var result = new FieldSet { _member = _member && !other._member, _value = _value };
        foreach (var (element, child) in _children)
        {
            var left = other._children.TryGetValue(element, out var gone) ? child.Without(gone) : child;
            if (!left.IsEmpty)
                result._children[element] = left;
        }

        return result;
    }

    /// <summary>The fields that the older object has not, or with another value. Both sets must be taken from objects.</summary>
    public FieldSet ChangedFrom(FieldSet older)
    {
        var result = new FieldSet { _member = _member && (!older._member || !JsonNode.DeepEquals(_value, older._value)), _value = _value };
        foreach (var (element, child) in _children)
        {
            var changed = older._children.TryGetValue(element, out var before) ? child.ChangedFrom(before) : child;
            if (!changed.IsEmpty)
                result._children[element] = changed;
        }

        return result;
    }

    /// <summary>The paths of the members, such as <c>.spec.containers[name="nginx"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        if (_member)
            yield return prefix;
        foreach (var (element, child) in _children.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            foreach (var path in child.Paths(prefix + Show(element)))
                yield return path;
        }
    }

    /// <summary>The places below, by path element, and whether each is itself a member.</summary>
    public IEnumerable<(string Element, FieldSet Below, bool Member)> Children() =>
        _children.Select(pair => (pair.Key, pair.Value, pair.Value._member));

    /// <summary>The fields of a whole object.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="takes">Which of its fields.</param>
    /// <param name="takesMetadata">Which of the fields of its metadata.</param>
    public static FieldSet Of(JsonObject obj, Schema? schema, Func<string, bool> takes, Func<string, bool> takesMetadata)
    {
        var set = new FieldSet();
        foreach (var (name, child) in obj)
        {
            if (!takes(name))
                continue;
            var below = schema?.Properties.GetValueOrDefault(name);
            if (name != "metadata" || child is not JsonObject metadata)
                set._children["f:" + name] = Of(child, below ?? schema?.AdditionalProperties);
            else if (Of(metadata, below, takesMetadata, takesMetadata) is { IsEmpty: false } owned)
                set._children["f:metadata"] = owned;
        }

        return set;
    }

    /// <summary>All fields of a value.</summary>
    private static FieldSet Of(JsonNode? node, Schema? schema)
    {
        var set = new FieldSet();
        switch (node)
        {
            case JsonObject { Count: > 0 } obj when schema?.MapType != "atomic":
                foreach (var (name, child) in obj)
                    set._children["f:" + name] = Of(child, schema?.Properties.GetValueOrDefault(name) ?? schema?.AdditionalProperties);
                return set;
            case JsonArray { Count: > 0 } list when ListForm.Of(schema) is { IsAtomic: false } form:
                foreach (var item in list)
                {
                    var below = Of(item, schema?.Items);
                    below._member = true;
                    below._value = item is JsonObject ? null : item;
                    set._children[form.Element(item)] = below;
                }

                return set;
            default:
                set._member = true;
                set._value = node;
                return set;
        }
    }

    private static FieldSet Combine(
        FieldSet other, Func<bool, bool, bool> member, FieldSet mine, FieldSet theirs, bool onlyMine, bool onlyTheirs, bool keepParents = true)
    {
        var result = new FieldSet { _member = member(mine._member, theirs._member), _value = mine._value };
        foreach (var (element, child) in mine._children)
        {
            if (other._children.TryGetValue(element, out var same))
            {
                var both = onlyMine ? child.Union(same) : child.Intersect(same, keepParents);
                if (!both.IsEmpty)
                    result._children[element] = both;
            }
            else if (onlyMine)
            {
                result._children[element] = child;
            }
        }

        if (onlyTheirs)
        {
            foreach (var (element, child) in theirs._children)
                result._children.TryAdd(element, child);
        }

        return result;
    }

    private static string Show(string element)
    {
        var rest = element[2..];
        if (element[0] == 'f')
            return "." + rest;
        if (element[0] == 'v')
            return $"[={rest}]";
        var key = JsonNode.Parse(rest)!.AsObject();
        return $"[{string.Join(",", key.Select(pair => $"{pair.Key}={pair.Value.ToText()}"))}]";
    }
}
