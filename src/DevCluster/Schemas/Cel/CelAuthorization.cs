namespace OrleansOperator.DevCluster.Schemas.Cel;

/// <summary>What an expression asks of the authorizer: about a path, or about a resource.</summary>
internal sealed record CelAccess
{
    /// <summary>The path that is none of a resource; null for a resource.</summary>
    public string? Path { get; init; }

    public string Group { get; init; } = "";

    public string Resource { get; init; } = "";

    public string Subresource { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Name { get; init; } = "";

    public string Verb { get; init; } = "";
}

/// <summary>What the authorizer says.</summary>
internal sealed record CelDecision(bool IsAllowed, string Reason);

/// <summary>The variable <c>authorizer</c>.</summary>
/// <param name="Decide">Decides for a user.</param>
/// <param name="User">The service account that is asked about (<c>namespace</c>, <c>name</c>); null for the user of the request.</param>
/// <param name="RequestResource">What the request itself is about.</param>
internal sealed record CelAuthorizer(Func<(string Namespace, string Name)?, CelAccess, CelDecision> Decide, (string Namespace, string Name)? User, CelAccess RequestResource) : ICelFields
{
    public bool TryGet(string name, out object? value)
    {
        value = name == "requestResource" ? new CelCheck(this, RequestResource) : null;
        return value is not null;
    }
}

/// <summary>A question to the authorizer that is still put together.</summary>
internal sealed record CelCheck(CelAuthorizer Authorizer, CelAccess Access);

/// <summary>Kubernetes' library for asking who may do what (https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library).</summary>
internal static class CelAuthorization
{
    public static IReadOnlyCollection<string> Names { get; } =
    [
        "path", "group", "serviceAccount", "resource", "subresource", "namespace", "name", "fieldSelector", "labelSelector", "check", "allowed", "reason", "errored", "error",
    ];

    public static object? Apply(string function, object?[] args) => (function, args) switch
    {
        ("path", [CelAuthorizer a, string path]) => path.Trim().Length > 0 ? new CelCheck(a, new CelAccess { Path = path }) : throw new CelException("path must not be empty"),
        ("group", [CelAuthorizer a, string group]) => new CelCheck(a, new CelAccess { Group = group }),
        ("serviceAccount", [CelAuthorizer a, string ns, string name]) => AsServiceAccount(a, ns, name),
        ("resource", [CelCheck c, string resource]) => resource.Trim().Length > 0 ? c with { Access = c.Access with { Resource = resource } } : throw new CelException("resource must not be empty"),
        ("subresource", [CelCheck c, string subresource]) => c with { Access = c.Access with { Subresource = subresource } },
        ("namespace", [CelCheck c, string ns]) => c with { Access = c.Access with { Namespace = ns } },
        ("name", [CelCheck c, string name]) => c with { Access = c.Access with { Name = name } },

        // RBAC decides whatever the selectors are.
        ("fieldSelector" or "labelSelector", [CelCheck c, string]) => c,
        ("check", [CelCheck c, string verb]) => c.Authorizer.Decide(c.Authorizer.User, c.Access with { Verb = verb }),
        ("allowed", [CelDecision d]) => d.IsAllowed,
        ("reason", [CelDecision d]) => d.Reason,
        ("errored", [CelDecision]) => false,
        ("error", [CelDecision]) => "",
        _ => CelFunctions.NoOverload,
    };

    private static CelAuthorizer AsServiceAccount(CelAuthorizer authorizer, string ns, string name)
    {
        if (Resources.Names.DnsSubdomain(name, isPrefix: false).Any())
            throw new CelException("Invalid service account name");
        if (Resources.Names.DnsLabel(ns, isPrefix: false).Any())
            throw new CelException("Invalid service account namespace");
        return authorizer with { User = (ns, name) };
    }
}
