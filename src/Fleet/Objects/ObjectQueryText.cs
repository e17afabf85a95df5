using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace OrleansOperator.Fleet.Objects;

/// <summary>Queries as URLs have them, such as <c>q=web&amp;state=failing&amp;sort=-failures&amp;limit=100</c>.</summary>
internal static class ObjectQueryText
{
    private const int LongestText = 512;

    /// <summary>Reads a query.</summary>
    /// <exception cref="FleetQueryException">A parameter has a value that it cannot have.</exception>
    public static ObjectQuery Parse(IQueryCollection query, FleetKinds kinds)
    {
        var sort = Text(query, "sort") ?? RowSort.State;
        var descending = sort.StartsWith('-');
        if (descending)
            sort = sort[1..];
        if (!RowSort.All(kinds).Contains(sort, StringComparer.Ordinal))
            throw new FleetQueryException("sort", sort, $"one of {string.Join(", ", RowSort.All(kinds))}, or with - before it in descending order");
        var backwards = query.ContainsKey("before");
        return new ObjectQuery
        {
            Search = Text(query, "q")?.Trim() ?? "",
            Controller = Controller(query, kinds),
            Namespace = Text(query, "namespace"),
            Silo = Text(query, "silo"),
            State = State(query),
            Sort = sort,
            Descending = descending,
            From = Cursor(query, backwards ? "before" : "after"),
            Backwards = backwards,
            Limit = Limit(query),
        };
    }

    /// <summary>The query string of a query, with its question mark; empty when everything is at its default.</summary>
    public static string Format(ObjectQuery query)
    {
        var text = new StringBuilder();
        Add("q", query.Search);
        Add("controller", query.Controller);
        Add("namespace", query.Namespace);
        Add("silo", query.Silo);
        Add("state", query.State?.Id());
        Add("sort", query is { Sort: RowSort.State, Descending: false } ? null : (query.Descending ? "-" : "") + query.Sort);
        Add("limit", query.Limit == new ObjectQuery().Limit ? null : query.Limit.ToString(CultureInfo.InvariantCulture));
        if (query is { Backwards: true, From: null })
            text.Append(text.Length == 0 ? '?' : '&').Append("before=");
        Add(query.Backwards ? "before" : "after", query.From?.ToCursor());
        return text.ToString();

        void Add(string name, string? value)
        {
            if (value is { Length: > 0 })
                text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }
    }

    private static string? Text(IQueryCollection query, string name)
    {
        var value = query[name].ToString();
        return value.Length <= LongestText ? (value.Length == 0 ? null : value) : throw new FleetQueryException(name, value, $"at most {LongestText} characters long");
    }

    private static string? Controller(IQueryCollection query, FleetKinds kinds) =>
        Text(query, "controller") is not { } controller || kinds.Find(controller) is not null
            ? Text(query, "controller")
            : throw new FleetQueryException("controller", controller, $"one of {string.Join(", ", kinds.All.Select(kind => kind.Controller))}");

    private static ObjectState? State(IQueryCollection query)
    {
        if (Text(query, "state") is not { } text)
            return null;
        foreach (var state in ObjectStates.All)
        {
            if (state.Id() == text)
                return state;
        }

        throw new FleetQueryException("state", text, $"one of {string.Join(", ", ObjectStates.All.Select(state => state.Id()))}");
    }

    private static RowKey? Cursor(IQueryCollection query, string name)
    {
        var text = query[name].ToString();
        if (text.Length == 0)
            return null;
        return RowKey.TryParse(text, out var key) ? key : throw new FleetQueryException(name, text, "a cursor from the answer to an earlier query");
    }

    private static int Limit(IQueryCollection query)
    {
        if (Text(query, "limit") is not { } text)
            return new ObjectQuery().Limit;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= ObjectQuery.MostRows
            ? limit
            : throw new FleetQueryException("limit", text, $"a whole number from 1 to {ObjectQuery.MostRows}");
    }
}
