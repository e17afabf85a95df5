using System.Text.Json.Nodes;

namespace OrleansOperator.DevCluster.Apply;

/// <summary>
/// A set of fields as a tree (structured merge diff, <c>fieldpath.Set</c>). That something below a place belongs to the set does not
/// mean that the place itself does. Sets are never changed once they are handed out.
/// </summary>
internal sealed class FieldSet
{
    private readonly SortedDictionary<PathElement, FieldSet> _children = [];

    /// <summary>Whether this place itself belongs to the set, besides what is below it.</summary>
    private bool _member;

    public bool IsEmpty => !_member && _children.Count == 0;

    /// <summary>The places below, in order, and whether each is itself a member.</summary>
    public IEnumerable<(PathElement Element, FieldSet Below, bool Member)> Children => _children.Select(pair => (pair.Key, pair.Value, pair.Value._member));

    /// <exception cref="FormatException">It is not in the form of <c>fieldsV1</c>.</exception>
    public static FieldSet FromJson(JsonObject? json)
    {
        var set = new FieldSet();
        foreach (var (element, below) in json ?? [])
        {
            if (element == ".")
            {
                set._member = true;
                continue;
            }

            var child = FromJson(below as JsonObject);
            child._member |= child._children.Count == 0;
            set._children[Checked(element)] = child;
        }

        return set;
    }

    public JsonObject ToJson()
    {
        var json = new JsonObject();
        foreach (var (element, child) in _children)
        {
            var below = child.ToJson();
            if (child._member && below.Count > 0)
                below.Insert(0, ".", new JsonObject());
            json[element.Text] = below;
        }

        return json;
    }

    /// <summary>Adds a place; only while the set is being built.</summary>
    public void Insert(IReadOnlyList<PathElement> path)
    {
        if (path.Count == 0)
            return;
        var at = this;
        foreach (var element in path)
        {
            if (!at._children.TryGetValue(element, out var child))
                at._children[element] = child = new FieldSet();
            at = child;
        }

        at._member = true;
    }

    public FieldSet? Below(PathElement element) => _children.GetValueOrDefault(element);

    public bool Has(PathElement element) => _children.TryGetValue(element, out var child) && child._member;

    public FieldSet Union(FieldSet other)
    {
        var result = new FieldSet { _member = _member || other._member };
        foreach (var (element, child) in _children)
            result._children[element] = other._children.TryGetValue(element, out var same) ? child.Union(same) : child;
        foreach (var (element, child) in other._children)
            result._children.TryAdd(element, child);
        return result;
    }

    public FieldSet Intersect(FieldSet other)
    {
        var result = new FieldSet { _member = _member && other._member };
        foreach (var (element, child) in _children)
        {
            if (other._children.TryGetValue(element, out var same))
                result.Take(element, child.Intersect(same));
        }

        return result;
    }

    /// <summary>What is not in the other; what is below one of its places stays.</summary>
    public FieldSet Without(FieldSet other)
    {
        var result = new FieldSet { _member = _member && !other._member };
        foreach (var (element, child) in _children)
            result.Take(element, other._children.TryGetValue(element, out var same) ? child.Without(same) : child);
        return result;
    }

    /// <summary>What is neither in the other nor below one of its places.</summary>
    public FieldSet WithoutBelow(FieldSet other)
    {
        var result = new FieldSet { _member = _member && !other._member };
        foreach (var (element, child) in _children)
        {
            if (!other._children.TryGetValue(element, out var same))
                result._children[element] = child;
            else if (!same._member)
                result.Take(element, child.WithoutBelow(same));
        }

        return result;
    }

    /// <summary>The same set, with the places added that are fields of the type and have something below them in the set.</summary>
    public FieldSet WithNamedFields(Typing type)
    {
        var result = new FieldSet { _member = _member };
        foreach (var (element, child) in _children)
        {
            var below = child.WithNamedFields(type.Below(element));
            below._member |= child._children.Count > 0 && element.FieldName is { } name && type.Declares(name);
            result._children[element] = below;
        }

        return result;
    }

    /// <summary>The paths of the members in order, such as <c>.spec.containers[name="nginx"].image</c>.</summary>
    public IEnumerable<string> Paths(string prefix = "")
    {
        // Members of a place come before what is below them.
        foreach (var (element, child) in _children.Where(pair => pair.Value._member))
            yield return prefix + element;
        foreach (var (element, child) in _children)
        {
            foreach (var path in child.Paths(prefix + element))
                yield return path;
        }
    }

    private void Take(PathElement element, FieldSet child)
    {
        if (!child.IsEmpty)
            _children[element] = child;
    }

    private static PathElement Checked(string element)
    {
        if (element.Length < 2 || element[1] != ':' || !"fkvi".Contains(element[0], StringComparison.Ordinal))
            throw new FormatException($"unrecognized path element '{element}'");
        try
        {
            return element[0] switch
            {
                'k' => PathElement.Key(JsonNode.Parse(element[2..]) as JsonObject ?? throw new FormatException($"'{element}' names no key")),
                'v' => PathElement.Value(JsonNode.Parse(element[2..])),
                _ => new PathElement(element),
            };
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new FormatException($"'{element}' does not parse", e);
        }
    }
}
