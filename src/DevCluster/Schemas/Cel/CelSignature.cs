namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>One way to call a function.</summary>
internal sealed record CelSignature(string Name, IReadOnlyList<CelDecl> Parameters, CelDecl Result)
{
    /// <summary>What it gives for arguments of these types; null when it does not take them.</summary>
    public CelDecl? ResultOf(IReadOnlyList<CelDecl> arguments)
    {
        if (arguments.Count != Parameters.Count)
            return null;
        var bound = new Dictionary<string, CelDecl>();
        for (var i = 0; i < arguments.Count; i++)
        {
            if (!Takes(Parameters[i], arguments[i], bound))
                return null;
        }

        return Filled(Result, bound);
    }

    /// <summary>Whether a value of a type may stand where another is asked for.</summary>
    public static bool Fits(CelDecl wanted, CelDecl given) => Takes(wanted, given, []);

    private static bool Takes(CelDecl wanted, CelDecl given, Dictionary<string, CelDecl> bound)
    {
        if (wanted.Name is "A" or "B")
        {
            if (bound.TryGetValue(wanted.Name, out var known) && known.Kind != CelKind.Dynamic)
                return Takes(known, given, bound) || Takes(given, known, bound);
            bound[wanted.Name] = given;
            return true;
        }

        if (wanted.Kind == CelKind.Dynamic || given.Kind == CelKind.Dynamic)
            return true;
        if (given.Kind == CelKind.Null)
            return wanted.Kind is CelKind.Null or CelKind.Object or CelKind.Optional or CelKind.Named or CelKind.Duration or CelKind.Timestamp;
        if (wanted.Kind != given.Kind)
            return false;
        return wanted.Kind switch
        {
            CelKind.List or CelKind.Map or CelKind.Optional => Takes(wanted.Element, given.Element, bound),
            CelKind.Named => wanted.Name == given.Name,
            _ => true,
        };
    }

    private static CelDecl Filled(CelDecl type, Dictionary<string, CelDecl> bound) => type switch
    {
        { Name: "A" or "B" } => bound.GetValueOrDefault(type.Name) is { } known ? known with { MaxElements = null } : CelDecl.Dynamic,
        { Kind: CelKind.List } => CelDecl.List(Inner(type, bound)),
        { Kind: CelKind.Map } => CelDecl.Map(Inner(type, bound)),
        { Kind: CelKind.Optional } => CelDecl.Optional(Inner(type, bound)),
        _ => type,
    };

    /// <summary>What is within keeps what is known of its size.</summary>
    private static CelDecl Inner(CelDecl type, Dictionary<string, CelDecl> bound) =>
        type.Element.Name is "A" or "B" && bound.GetValueOrDefault(type.Element.Name) is { } known ? known : Filled(type.Element, bound);
}
