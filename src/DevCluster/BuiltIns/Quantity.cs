using System.Globalization;
using System.Numerics;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>
/// An amount such as <c>100m</c>, <c>1.5Gi</c> or <c>1e3</c> (apimachinery, <c>api/resource</c>). Written back it has its canonical form:
/// no fraction, the largest suffix that needs none, and of the kind it was given in.
/// </summary>
/// <param name="Unscaled">The digits.</param>
/// <param name="Scale">The power of ten that they are multiplied with.</param>
internal readonly record struct Quantity(BigInteger Unscaled, int Scale) : IComparable<Quantity>
{
    private const int Nano = -9;

    private static readonly (string Suffix, int Exponent)[] Decimals =
        [("n", -9), ("u", -6), ("m", -3), ("", 0), ("k", 3), ("M", 6), ("G", 9), ("T", 12), ("P", 15), ("E", 18)];

    private static readonly string[] Binaries = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

    /// <summary>As an error says it.</summary>
    public const string WrongFormat = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

    private QuantityFormat Format { get; init; }

    /// <summary>What it was parsed from, where that is written back as it is.</summary>
    private string? Text { get; init; }

    public static Quantity Zero => new(0, 0);

    public int Sign => Unscaled.Sign;

    /// <exception cref="FormatException">It is none; the message is that of a real server.</exception>
    public static Quantity Parse(string text)
    {
        var (sign, digits, fraction, suffix) = Split(text);
        var (exponent, format) = Interpret(suffix);
        var unscaled = sign * BigInteger.Parse(digits + fraction, CultureInfo.InvariantCulture);
        var scale = -fraction.Length;
        if (format == QuantityFormat.BinarySI)
            unscaled <<= exponent;
        else
            scale += exponent;
        var quantity = new Quantity(unscaled, scale) { Format = format };
        if (scale < Nano)
            quantity = quantity.RoundUp(Nano);
        if (format == QuantityFormat.BinarySI && quantity.Sign > 0 && quantity.CompareTo(new Quantity(1, 0)) < 0)
            quantity = quantity with { Format = QuantityFormat.DecimalSI };
        return IsKept(digits + fraction, fraction.Length > 0, scale, exponent, format) ? quantity with { Text = text } : quantity;
    }

    /// <summary>Rounds away from zero to a multiple of a power of ten.</summary>
    public Quantity RoundUp(int scale)
    {
        if (Scale >= scale)
            return this;
        var factor = BigInteger.Pow(10, scale - Scale);
        var quotient = BigInteger.DivRem(Unscaled, factor, out var rest);
        return this with { Unscaled = quotient + rest.Sign, Scale = scale, Text = null };
    }

    /// <summary>As a whole number, rounded up.</summary>
    public BigInteger Value => RoundUp(0) is var whole ? whole.Unscaled * BigInteger.Pow(10, whole.Scale) : 0;

    /// <summary>Whether it is a whole number.</summary>
    public bool IsWhole => CompareTo(new Quantity(Value, 0)) == 0;

    public static Quantity operator +(Quantity a, Quantity b)
    {
        var scale = Math.Min(a.Scale, b.Scale);
        return a with { Unscaled = (a.Unscaled * BigInteger.Pow(10, a.Scale - scale)) + (b.Unscaled * BigInteger.Pow(10, b.Scale - scale)), Scale = scale, Text = null };
    }

    public int CompareTo(Quantity other)
    {
        var scale = Math.Min(Scale, other.Scale);
        return (Unscaled * BigInteger.Pow(10, Scale - scale)).CompareTo(other.Unscaled * BigInteger.Pow(10, other.Scale - scale));
    }

    public override string ToString()
    {
        if (Text is not null)
            return Text;
        if (Unscaled.IsZero)
            return "0";
        var isBinary = Format == QuantityFormat.BinarySI && IsWhole && BigInteger.Abs(Value) >= 1024;
        if (isBinary)
        {
            var (amount, times) = WithoutFactors(Value, 1024);
            for (; times >= Binaries.Length; times--)
                amount *= 1024;
            return amount.ToString(CultureInfo.InvariantCulture) + Binaries[times];
        }

        var (number, zeros) = WithoutFactors(Unscaled, 10);
        var exponent = Scale + zeros;
        for (; exponent % 3 != 0; exponent--)
            number *= 10;
        if (Format == QuantityFormat.DecimalExponent)
            return number.ToString(CultureInfo.InvariantCulture) + (exponent == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"e{exponent}"));
        for (; exponent > 18; exponent -= 3)
            number *= 1000;
        return number.ToString(CultureInfo.InvariantCulture) + Array.Find(Decimals, known => known.Exponent == exponent).Suffix;
    }

    private static (int Sign, string Digits, string Fraction, string Suffix) Split(string text)
    {
        var at = text.Length > 0 && text[0] is '+' or '-' ? 1 : 0;
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at]))
            at++;
        var digits = text[start..at].TrimStart('0');
        var fraction = "";
        if (at < text.Length && text[at] == '.')
        {
            var point = ++at;
            while (at < text.Length && char.IsAsciiDigit(text[at]))
                at++;
            fraction = text[point..at];
        }

        if (at == start || text[start..at] == ".")
            throw new FormatException(WrongFormat);
        var suffix = text[at..];
        var letters = suffix.TakeWhile("eEinumkKMGTP".Contains).Count();
        var number = suffix.AsSpan(letters);
        if (number.Length > 0 && number[0] is '+' or '-')
            number = number[1..];
        if (number.ContainsAnyExceptInRange('0', '9') || (number.Length == 0 && suffix.Length > letters))
            throw new FormatException(WrongFormat);
        return (text[0] == '-' ? -1 : 1, digits.Length == 0 ? "0" : digits, fraction, suffix);
    }

    private static (int Exponent, QuantityFormat Format) Interpret(string suffix)
    {
        var known = Array.FindIndex(Decimals, pair => pair.Suffix == suffix);
        if (known >= 0)
            return (Decimals[known].Exponent, QuantityFormat.DecimalSI);
        var binary = Array.IndexOf(Binaries, suffix);
        if (binary > 0)
            return (binary * 10, QuantityFormat.BinarySI);

        // Beyond this no quantity can be written, and the digits would fill the memory.
        const int MostExponent = 1000;
        if (suffix.Length > 1 && suffix[0] is 'e' or 'E' && int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent)
            && Math.Abs(exponent) <= MostExponent)
        {
            return (exponent, QuantityFormat.DecimalExponent);
        }

        throw new FormatException("unable to parse quantity's suffix");
    }

    /// <summary>Whether a real server takes a text for canonical without looking further.</summary>
    private static bool IsKept(string digits, bool hasFraction, int scale, int exponent, QuantityFormat format)
    {
        const int Fast = 18;
        if (digits.Length >= Fast || scale < Nano)
            return false;
        return format == QuantityFormat.BinarySI
            ? !hasFraction && 15 - digits.Length - (int)(exponent * 3 / 10f) - 1 >= 0 && (long.Parse(digits, CultureInfo.InvariantCulture) & 7) != 0
            : scale % 3 == 0 && !digits.EndsWith("000", StringComparison.Ordinal) && digits[0] != '0';
    }

    private static (BigInteger Left, int Times) WithoutFactors(BigInteger number, int factor)
    {
        var times = 0;
        while (!number.IsZero)
        {
            var quotient = BigInteger.DivRem(number, factor, out var rest);
            if (!rest.IsZero)
                break;
            (number, times) = (quotient, times + 1);
        }

        return (number, times);
    }
}

/// <summary>The ways to write a <see cref="Quantity"/>.</summary>
internal enum QuantityFormat
{
    DecimalSI,
    BinarySI,
    DecimalExponent,
}
