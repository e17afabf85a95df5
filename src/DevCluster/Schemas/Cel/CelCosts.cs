using System.Globalization;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// What calls cost at most, beside their arguments, and how large their results are (cel-go, <c>checker/cost.go</c>; apiserver,
/// <c>cel/library/cost.go</c>).
/// </summary>
internal static class CelCosts
{
    private const double Traversal = 0.1;
    private const double Regex = 0.25;
    private const ulong LongestFormatPattern = 128;

    /// <param name="function">The function.</param>
    /// <param name="arguments">Its arguments; the target of a method comes first.</param>
    public static (ulong Cost, CelSize? Size) Of(string function, IReadOnlyList<CelChecked> arguments)
    {
        CelSize Size(int index) => arguments[index].Size ?? CelSize.Unknown;
        switch (function)
        {
            case "isSorted" or "sum" or "max" or "min" or "indexOf" or "lastIndexOf" when arguments[0].Type.Kind == CelKind.List:
                var item = arguments[0].Type.Element;
                var each = item.Kind is CelKind.String or CelKind.Bytes ? CelSize.Sum(1, CelSize.Scaled((ulong?)item.MaxElements ?? ulong.MaxValue, Traversal)) : 1;
                return (CelSize.Product(Size(0).Max, each), null);
            case "indexOf" or "lastIndexOf" or "startsWith" or "endsWith":
                return (Size(function is "startsWith" or "endsWith" ? 1 : 0).Cost(Traversal), null);
            case "url" or "lowerAscii" or "upperAscii" or "substring" or "trim":
                return (Size(0).Cost(Traversal), Size(0));
            case "cidr" or "isIP" or "isCIDR" or "quantity" or "isQuantity" or "semver" or "isSemver" or "format" or "strings.quote":
                return (Size(0).Cost(Traversal), null);
            case "ip" when arguments[0].Type.Kind == CelKind.String:
                return (Size(0).Cost(Traversal), null);
            case "ip.isCanonical":
                return (Size(0).Cost(2 * Traversal), null);
            case "replace" when arguments.Count >= 3:
                return (Size(0).Cost(2 * Traversal), Replaced(Size(0), Size(1), Size(2)));
            case "split":
                var most = arguments is [_, _, { Literal: long count }] && count >= 0 ? (ulong)count : Size(0).Max;
                return (Size(0).Cost(2 * Traversal), new CelSize(0, most));
            case "join":
                var joined = Joined(arguments, Size(0));
                return (joined.Cost(Traversal), joined);
            case "find" or "findAll" or "matches" when arguments.Count >= 2:
                return (CelSize.Product((Size(0) + CelSize.Exactly(1)).Cost(Traversal), Size(1).Cost(Regex)), function == "matches" ? null : new CelSize(0, Size(0).Max));
            case "contains" when arguments.Count == 2:
                return (CelSize.Product(Size(0).Cost(Traversal), Size(1).Cost(Traversal)), null);
            case "validate" when arguments.Count == 2:
                return (CelSize.Scaled(Size(1).Cost(Traversal), LongestFormatPattern * Regex), null);
            case "containsIP":
                return (CelSize.Sum(4, arguments[^1].Type.Kind == CelKind.String ? Size(1).Cost(Traversal) : 0), null);
            case "containsCIDR":
                return (CelSize.Sum(7, arguments[^1].Type.Kind == CelKind.String ? Size(1).Cost(Traversal) : 0), null);
            case "bytes" when arguments[0].Type.Kind == CelKind.String:
                return (Size(0).Cost(Traversal), Size(0) * CelSize.Exactly(4));
            case "string" when arguments[0].Type.Kind is CelKind.Bytes or CelKind.Dynamic:
                return (Size(0).Cost(Traversal), Size(0));
            case "in" when arguments[1].Type.Kind is CelKind.List or CelKind.Dynamic:
                return (Size(1).Max, null);
            case "&&" or "||":
                return (0, null);
            case "+" when arguments[0].Type.Kind is CelKind.String or CelKind.Bytes:
                return ((Size(0) + Size(1)).Cost(Traversal), Size(0) + Size(1));
            case "+" when arguments[0].Type.Kind == CelKind.List:
                return (1, Size(0) + Size(1));
            case "==" or "!=":
            case "<" or "<=" or ">" or ">=" when arguments[0].Type.Kind is CelKind.String or CelKind.Bytes:
                return arguments[0].Type.Kind == CelKind.Named ? (1, null) : (CelSize.Scaled(Math.Min(Size(0).Max, Size(1).Max), Traversal), null);
            default:
                return (1, null);
        }
    }

    private static CelSize Joined(IReadOnlyList<CelChecked> arguments, CelSize list)
    {
        var item = arguments[0].Type is { Kind: CelKind.List, Element.MaxElements: { } most } ? new CelSize(0, (ulong)most) : CelSize.Unknown;
        var size = list * item;
        return arguments.Count < 2 ? size
            : size + ((arguments[1].Size ?? CelSize.Unknown) * new CelSize(list.Min > 0 ? list.Min - 1 : 0, list.Max > 0 ? list.Max - 1 : 0));
    }

    /// <summary>The longest text that a replacement can make.</summary>
    private static CelSize Replaced(CelSize text, CelSize old, CelSize by)
    {
        if (old.Min == 0)
            return new CelSize(0, CelSize.Sum(CelSize.Product(CelSize.Sum(text.Max, 1), by.Max), text.Max));
        return by.Max <= old.Min
            ? new CelSize(0, text.Max)
            : new CelSize(0, CelSize.Product((ulong)Math.Ceiling(double.Parse(text.Max.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) / old.Min), by.Max));
    }
}
