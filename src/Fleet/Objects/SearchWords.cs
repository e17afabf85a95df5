namespace OrleansOperator.Fleet.Objects;

/// <summary>The words of a search, all of which must occur somewhere in a row. Upper and lower case are alike.</summary>
internal readonly struct SearchWords(string search)
{
    private readonly string[] _words = search.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whether a row with these texts is found. A word such as <c>team-x/web</c> names a namespace's end and a name's start.</summary>
    public bool Find(string ns, string name, string? reason, string? message, string? problem)
    {
        foreach (var word in _words)
        {
            if (!Has(name, word) && !Has(ns, word) && !Has(reason, word) && !Has(message, word) && !Has(problem, word) && !IsKey(ns, name, word))
                return false;
        }

        return true;
    }

    private static bool Has(string? text, string word) => text is not null && text.Contains(word, StringComparison.OrdinalIgnoreCase);

    private static bool IsKey(string ns, string name, string word) =>
        word.IndexOf('/', StringComparison.Ordinal) is >= 0 and var slash
        && ns.AsSpan().EndsWith(word.AsSpan(0, slash), StringComparison.OrdinalIgnoreCase)
        && name.AsSpan().StartsWith(word.AsSpan(slash + 1), StringComparison.OrdinalIgnoreCase);
}
