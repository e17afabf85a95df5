namespace OrleansOperator.Fleet.Objects;

/// <summary>The order of a list. What is equal in what it is sorted by comes by namespace and name, in either direction.</summary>
internal sealed class RowOrder(bool descending, bool backwards) : IComparer<RowKey>
{
    public int Compare(RowKey x, RowKey y)
    {
        var sorted = x.Number != y.Number ? x.Number.CompareTo(y.Number) : string.CompareOrdinal(x.Text, y.Text);
        var order = sorted != 0 ? (descending ? -Math.Sign(sorted) : sorted) : Tie(x, y);
        return backwards ? -Math.Sign(order) : order;
    }

    private static int Tie(in RowKey x, in RowKey y)
    {
        var order = string.CompareOrdinal(x.Namespace, y.Namespace);
        if (order == 0)
            order = string.CompareOrdinal(x.Name, y.Name);
        if (order == 0)
            order = string.CompareOrdinal(x.Controller, y.Controller);
        return order == 0 ? string.CompareOrdinal(x.Silo, y.Silo) : order;
    }
}
