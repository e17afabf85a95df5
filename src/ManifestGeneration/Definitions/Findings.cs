namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>What is wrong with the types of a kind: all of it is told at once.</summary>
internal sealed class Findings
{
    /// <summary>The members, by their paths in the schema.</summary>
    private readonly Dictionary<string, string> _members = [];
    private readonly List<string> _problems = [];

    /// <summary>Remembers which member a place in the schema comes from.</summary>
    public void Remember(Site site) => _members[site.Path] = site.Member;

    /// <summary>Something is wrong with a member.</summary>
    /// <param name="site">The member.</param>
    /// <param name="problem">What is wrong with it, and the remedy.</param>
    public void Add(Site site, string problem) => _problems.Add($"{site.Member}: {problem}");

    /// <summary>The API server would refuse a field.</summary>
    /// <param name="path">Its path in the CRD.</param>
    /// <param name="schema">The path of the schema, when the field is inside of it.</param>
    /// <param name="message">Why.</param>
    public void Add(string path, string schema, string message)
    {
        if (!path.StartsWith(schema, StringComparison.Ordinal))
        {
            _problems.Add($"{path}: {message}");
            return;
        }

        var inSchema = path[schema.Length..];
        var place = _members.Keys.Where(known => inSchema.StartsWith(known, StringComparison.Ordinal)).MaxBy(static known => known.Length) ?? "";
        var keyword = inSchema[place.Length..].TrimStart('.');
        _problems.Add(string.Join(": ", new[] { _members.GetValueOrDefault(place), keyword, message }.Where(static part => !string.IsNullOrEmpty(part))));
    }

    /// <summary>Goes on only if nothing is wrong.</summary>
    /// <exception cref="ManifestException">Something is.</exception>
    public void ThrowIfAny(string what)
    {
        if (_problems.Count > 0)
            throw new ManifestException(what, [.. _problems.Distinct()]);
    }
}
