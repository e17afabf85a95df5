namespace OrleansOperator.Fleet.Objects;

/// <summary>One page of a list, made of the parts of all silos.</summary>
/// <param name="Rows">Its rows, in order.</param>
/// <param name="Counts">How many objects fit the query, whatever their state.</param>
/// <param name="Matched">How many fit the query.</param>
/// <param name="First">Which of them the first row is, from 1; 0 when the page is empty.</param>
/// <param name="Previous">Where the previous page ends; null when there is none.</param>
/// <param name="Next">Where the next page begins; null when there is none.</param>
internal sealed record ObjectPage(IReadOnlyList<ObjectRow> Rows, ObjectCounts Counts, int Matched, int First, RowKey? Previous, RowKey? Next)
{
    /// <summary>Merges what the silos have answered.</summary>
    public static ObjectPage Of(ObjectQuery query, IReadOnlyCollection<ObjectPart> parts)
    {
        var order = new RowOrder(query.Descending, query.Backwards);
        ObjectRow[] rows = [.. parts.SelectMany(part => part.Rows).OrderBy(row => row.Position, order).Take(query.Limit)];
        var counts = parts.Aggregate(new ObjectCounts(), (sum, part) => sum.Plus(part.Counts));
        var (matched, passed) = (parts.Sum(part => part.Matched), parts.Sum(part => part.Passed));
        if (rows.Length == 0)
            return new ObjectPage(rows, counts, matched, 0, null, null);
        if (query.Backwards)
            Array.Reverse(rows);
        var before = query.Backwards ? matched - passed - rows.Length : passed;
        return new ObjectPage(
            rows, counts, matched, before + 1, before > 0 ? rows[0].Position : null, before + rows.Length < matched ? rows[^1].Position : null);
    }
}
