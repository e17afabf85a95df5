using System.Collections.Frozen;

namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>
/// What functions take and give: those of CEL (https://github.com/google/cel-spec), its extensions, and of Kubernetes' libraries. <c>A</c>
/// stands for any type. The target of a method is its first argument. What is not in the table takes anything.
/// </summary>
internal static class CelSignatures
{
    private const string Table = """
        not(bool)bool &&(bool,bool)bool ||(bool,bool)bool negate(int)int negate(double)double
        ==(A,A)bool !=(A,A)bool in(A,list(A))bool in(A,map(B))bool
        +(int,int)int +(double,double)double +(string,string)string +(bytes,bytes)bytes +(list(A),list(A))list(A) +(duration,duration)duration +(timestamp,duration)timestamp +(duration,timestamp)timestamp
        -(int,int)int -(double,double)double -(duration,duration)duration -(timestamp,timestamp)duration -(timestamp,duration)timestamp
        *(int,int)int *(double,double)double /(int,int)int /(double,double)double %(int,int)int
        size(string)int size(bytes)int size(list(A))int size(map(A))int
        int(int)int int(double)int int(string)int int(timestamp)int int(duration)int uint(int)int uint(double)int uint(string)int
        double(int)double double(double)double double(string)double bool(bool)bool bool(string)bool bytes(bytes)bytes bytes(string)bytes
        string(bool)string string(int)string string(double)string string(string)string string(bytes)string string(timestamp)string string(duration)string string(IP)string string(CIDR)string string(URL)string
        dyn(A)dyn type(A)type duration(string)duration duration(duration)duration duration(int)duration timestamp(string)timestamp timestamp(timestamp)timestamp timestamp(int)timestamp
        optional.of(A)optional(A) optional.ofNonZeroValue(A)optional(A) value(optional(A))A hasValue(optional(A))bool orValue(optional(A),A)A or(optional(A),optional(A))optional(A)
        startsWith(string,string)bool endsWith(string,string)bool contains(string,string)bool matches(string,string)bool
        find(string,string)string findAll(string,string)list(string) findAll(string,string,int)list(string)
        replace(string,string,string)string replace(string,string,string,int)string split(string,string)list(string) split(string,string,int)list(string)
        join(list(string))string join(list(string),string)string charAt(string,int)string substring(string,int)string substring(string,int,int)string
        lowerAscii(string)string upperAscii(string)string trim(string)string reverse(string)string reverse(list(A))list(A) format(string,list(dyn))string strings.quote(string)string
        indexOf(string,string)int indexOf(string,string,int)int indexOf(list(A),A)int lastIndexOf(string,string)int lastIndexOf(string,string,int)int lastIndexOf(list(A),A)int
        isSorted(list(A))bool sum(list(A))A min(list(A))A max(list(A))A slice(list(A),int,int)list(A) distinct(list(A))list(A) sort(list(A))list(A)
        flatten(list(A))list(dyn) flatten(list(A),int)list(dyn) lists.range(int)list(int) first(list(A))optional(A) last(list(A))optional(A)
        sets.contains(list(A),list(A))bool sets.intersects(list(A),list(A))bool sets.equivalent(list(A),list(A))bool
        getFullYear(timestamp)int getFullYear(timestamp,string)int getMonth(timestamp)int getMonth(timestamp,string)int getDayOfYear(timestamp)int getDayOfYear(timestamp,string)int
        getDate(timestamp)int getDate(timestamp,string)int getDayOfMonth(timestamp)int getDayOfMonth(timestamp,string)int getDayOfWeek(timestamp)int getDayOfWeek(timestamp,string)int
        getHours(timestamp)int getHours(timestamp,string)int getHours(duration)int getMinutes(timestamp)int getMinutes(timestamp,string)int getMinutes(duration)int
        getSeconds(timestamp)int getSeconds(timestamp,string)int getSeconds(duration)int getMilliseconds(timestamp)int getMilliseconds(timestamp,string)int getMilliseconds(duration)int
        isURL(string)bool url(string)URL getScheme(URL)string getHost(URL)string getHostname(URL)string getPort(URL)string getEscapedPath(URL)string getQuery(URL)map(list(string))
        isIP(string)bool ip(string)IP ip(CIDR)IP ip.isCanonical(string)bool family(IP)int isUnspecified(IP)bool isLoopback(IP)bool isLinkLocalMulticast(IP)bool isLinkLocalUnicast(IP)bool isGlobalUnicast(IP)bool
        isCIDR(string)bool cidr(string)CIDR containsIP(CIDR,string)bool containsIP(CIDR,IP)bool containsCIDR(CIDR,string)bool containsCIDR(CIDR,CIDR)bool masked(CIDR)CIDR prefixLength(CIDR)int
        isQuantity(string)bool quantity(string)Quantity sign(Quantity)int isInteger(Quantity)bool asInteger(Quantity)int asApproximateFloat(Quantity)double
        add(Quantity,Quantity)Quantity add(Quantity,int)Quantity sub(Quantity,Quantity)Quantity sub(Quantity,int)Quantity
        isLessThan(Quantity,Quantity)bool isLessThan(Semver,Semver)bool isGreaterThan(Quantity,Quantity)bool isGreaterThan(Semver,Semver)bool compareTo(Quantity,Quantity)int compareTo(Semver,Semver)int
        isSemver(string)bool isSemver(string,bool)bool semver(string)Semver semver(string,bool)Semver major(Semver)int minor(Semver)int patch(Semver)int
        format.named(string)optional(Format) validate(Format,string)optional(list(string))
        """;

    private static readonly string[] Comparisons = ["<", "<=", ">", ">="];
    private static readonly string[] Comparable = ["bool,bool", "int,int", "double,double", "int,double", "double,int", "string,string", "bytes,bytes", "timestamp,timestamp", "duration,duration"];

    private static readonly FrozenDictionary<string, CelSignature[]> Signatures = Table
        .Split((char[])[' ', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)
        .Concat(Comparisons.SelectMany(static op => Comparable.Select(types => $"{op}({types})bool")))
        .Select(Parse).GroupBy(static signature => signature.Name).ToFrozenDictionary(static group => group.Key, static group => group.ToArray());

    /// <summary>The type of a call.</summary>
    /// <exception cref="CelException">The function does not take values of these types.</exception>
    public static CelDecl ResultOf(string function, IReadOnlyList<CelDecl> arguments)
    {
        if (!Signatures.TryGetValue(function, out var signatures))
            return CelDecl.Dynamic;
        CelDecl? result = null;
        foreach (var signature in signatures)
        {
            if (signature.ResultOf(arguments) is not { } one)
                continue;
            result = result is null || result.Name == one.Name ? one : CelDecl.Dynamic;
        }

        return result ?? throw new CelException($"found no matching overload for '{Shown(function, arguments.Count)}' applied to '({string.Join(", ", arguments.Select(static argument => argument.Name))})'");
    }

    private static string Shown(string function, int count) => function switch
    {
        "not" => "!_",
        "negate" => "-_",
        "in" => "@in",
        _ when count == 2 && !char.IsLetter(function[0]) => $"_{function}_",
        _ => function,
    };

    private static CelSignature Parse(string text)
    {
        var (open, close) = (text.IndexOf('(', StringComparison.Ordinal), Close(text));
        var parameters = new List<CelDecl>();
        var depth = 0;
        var from = open + 1;
        for (var i = open + 1; i <= close; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if ((text[i] != ',' || depth > 0) && i != close)
                continue;
            if (i > from)
                parameters.Add(TypeOf(text[from..i]));
            from = i + 1;
        }

        return new CelSignature(text[..open], parameters, TypeOf(text[(close + 1)..]));
    }

    /// <summary>Where the parentheses of the parameters close.</summary>
    private static int Close(string text)
    {
        var depth = 0;
        for (var i = text.IndexOf('(', StringComparison.Ordinal); ; i++)
        {
            depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
            if (depth == 0)
                return i;
        }
    }

    private static CelDecl TypeOf(string text) => text switch
    {
        "bool" => CelDecl.Bool,
        "int" => CelDecl.Int,
        "double" => CelDecl.Double,
        "string" => CelDecl.String,
        "bytes" => CelDecl.Bytes,
        "duration" => CelDecl.Duration,
        "timestamp" => CelDecl.Timestamp,
        "type" => CelDecl.Type,
        "dyn" => CelDecl.Dynamic,
        _ when text.StartsWith("list(", StringComparison.Ordinal) => CelDecl.List(TypeOf(text[5..^1])),
        _ when text.StartsWith("map(", StringComparison.Ordinal) => CelDecl.Map(TypeOf(text[4..^1])),
        _ when text.StartsWith("optional(", StringComparison.Ordinal) => CelDecl.Optional(TypeOf(text[9..^1])),
        _ => new CelDecl(CelKind.Named, text),
    };
}
