namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>How large a text, a list or a map is at least and at most (cel-go, <c>checker.SizeEstimate</c>).</summary>
internal readonly record struct CelSize(ulong Min, ulong Max)
{
    public static readonly CelSize Unknown = new(0, ulong.MaxValue);

    public static CelSize Exactly(ulong size) => new(size, size);

    public static CelSize operator +(CelSize a, CelSize b) => new(Sum(a.Min, b.Min), Sum(a.Max, b.Max));

    public static CelSize operator *(CelSize a, CelSize b) => new(Product(a.Min, b.Min), Product(a.Max, b.Max));

    public CelSize Or(CelSize other) => new(Math.Min(Min, other.Min), Math.Max(Max, other.Max));

    /// <summary>What it costs to go through it, at most.</summary>
    public ulong Cost(double factor) => Scaled(Max, factor);

    /// <summary>As much as a sum, and not more than there can be.</summary>
    public static ulong Sum(ulong a, ulong b) => a > ulong.MaxValue - b ? ulong.MaxValue : a + b;

    public static ulong Product(ulong a, ulong b) => b != 0 && a > ulong.MaxValue / b ? ulong.MaxValue : a * b;

    public static ulong Scaled(ulong size, double factor) =>
        Math.Ceiling(size * factor) is var scaled && scaled >= 18446744073709551615.0 ? ulong.MaxValue : (ulong)scaled;
}
