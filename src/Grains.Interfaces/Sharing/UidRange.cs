using System.Globalization;

namespace OrleansOperator.Grains.Interfaces.Sharing;

/// <summary>
/// One of several equal ranges of uid hashes. Uids are random, so that the ranges hold equally many objects; hashes of
/// namespace names that look alike would not spread.
/// </summary>
/// <param name="Index">Which one, from 0.</param>
/// <param name="Count">Of how many.</param>
[GenerateSerializer, Immutable, Alias("oo.uid-range")]
public readonly record struct UidRange([property: Id(0)] int Index, [property: Id(1)] int Count)
{
    /// <summary>The one range that holds everything.</summary>
    public static UidRange Whole => new(0, 1);

    /// <summary>Whether an object belongs to the range.</summary>
    public bool Contains(string uid)
    {
        if (Count == 1)
            return true;
        UInt128 hash = Fnv1a.Hash(uid);
        return hash >= Bound(Index) && hash < Bound(Index + 1);
    }

    /// <summary>The <c>shardSelector</c> for the range, or null when it is everything (KEP-5866).</summary>
    public string? Selector => Count == 1
        ? null
        : string.Create(CultureInfo.InvariantCulture, $"shardRange(object.metadata.uid, '0x{Hex(Index)}', '0x{Hex(Index + 1)}')");

    private UInt128 Bound(int index) => ((UInt128)1 << 64) * (uint)index / (uint)Count;

    private string Hex(int index) => index == Count ? "10000000000000000" : ((ulong)Bound(index)).ToString("x16", CultureInfo.InvariantCulture);
}
