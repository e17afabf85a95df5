namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>Functions of lists: Kubernetes' library, cel-go's extensions of lists and sets, and its comparisons.</summary>
internal static class CelLists
{
    public static IReadOnlyCollection<string> Names { get; } =
    [
        "isSorted", "sum", "min", "max", "indexOf", "lastIndexOf", "flatten", "slice", "distinct", "sort", "lists.range", "first", "last",
        "sets.contains", "sets.intersects", "sets.equivalent", "math.greatest", "math.least",
    ];

    public static object? Apply(string function, object?[] args) => (function, args) switch
    {
        ("isSorted", [List<object?> list]) => list.Zip(list.Skip(1)).All(static pair => CelFunctions.Compare(pair.First, pair.Second) <= 0),
        ("sum", [List<object?> { Count: 0 }]) => 0L,
        ("sum", [List<object?> list]) => list.Skip(1).Aggregate(list[0], static (sum, item) => CelFunctions.Apply("+", [sum, item])),
        ("min" or "max", [List<object?> { Count: 0 }]) => throw new CelException($"{function} called on empty list"),
        ("min", [List<object?> list]) => Least(list),
        ("max", [List<object?> list]) => Greatest(list),
        ("math.least", [List<object?> list]) => Least(list),
        ("math.greatest", [List<object?> list]) => Greatest(list),
        ("math.least", _) => Least([.. args]),
        ("math.greatest", _) => Greatest([.. args]),
        ("indexOf", [List<object?> list, var item]) => (long)list.FindIndex(other => CelFunctions.Same(other, item)),
        ("lastIndexOf", [List<object?> list, var item]) => (long)list.FindLastIndex(other => CelFunctions.Same(other, item)),
        ("flatten", [List<object?> list]) => Flatten(list, 1),
        ("flatten", [List<object?> list, long depth]) => Flatten(list, depth),
        ("slice", [List<object?> list, long from, long to]) => from >= 0 && from <= to && to <= list.Count
            ? list[(int)from..(int)to]
            : throw new CelException($"cannot slice({from}, {to}), list is length {list.Count}"),
        ("distinct", [List<object?> list]) => Distinct(list),
        ("sort", [List<object?> list]) => list.Order(Comparer<object?>.Create(CelFunctions.Compare)).ToList(),
        ("reverse", [List<object?> list]) => Enumerable.Reverse(list).ToList(),
        ("first", [List<object?> list]) => list.Count > 0 ? CelOptional.Of(list[0]) : CelOptional.None,
        ("last", [List<object?> list]) => list.Count > 0 ? CelOptional.Of(list[^1]) : CelOptional.None,
        ("sets.contains", [List<object?> a, List<object?> b]) => Contains(a, b),
        ("sets.intersects", [List<object?> a, List<object?> b]) => a.Exists(item => b.Exists(other => CelFunctions.Same(item, other))),
        ("sets.equivalent", [List<object?> a, List<object?> b]) => Contains(a, b) && Contains(b, a),
        _ => CelFunctions.NoOverload,
    };

    private static bool Contains(List<object?> all, List<object?> some) => some.TrueForAll(item => all.Exists(other => CelFunctions.Same(item, other)));

    private static object? Least(List<object?> list) => list.Aggregate(static (least, item) => CelFunctions.Compare(item, least) < 0 ? item : least);

    private static object? Greatest(List<object?> list) => list.Aggregate(static (most, item) => CelFunctions.Compare(item, most) > 0 ? item : most);

    private static List<object?> Flatten(List<object?> list, long depth) =>
        [.. list.SelectMany(item => item is List<object?> inner && depth > 0 ? Flatten(inner, depth - 1) : [item])];

    private static List<object?> Distinct(List<object?> list)
    {
        var distinct = new List<object?>();
        foreach (var item in list)
        {
            if (!distinct.Exists(other => CelFunctions.Same(other, item)))
                distinct.Add(item);
        }

        return distinct;
    }
}
