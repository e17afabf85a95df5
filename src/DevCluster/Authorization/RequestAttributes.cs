using OrleansOperator.DevCluster.Authentication;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>What an authorizer decides on: who wants to do what (apiserver, <c>authorization/authorizer.Attributes</c>).</summary>
internal readonly record struct RequestAttributes
{
    public required UserInfo User { get; init; }

    /// <summary>The verb; of a path the HTTP method in lower case.</summary>
    public required string Verb { get; init; }

    public string Group { get; init; }

    public string Resource { get; init; }

    public string? Subresource { get; init; }

    /// <summary>The namespace; null at the cluster scope.</summary>
    public string? Namespace { get; init; }

    public string? Name { get; init; }

    /// <summary>The path of a request that is for no resource; else null.</summary>
    public string? Path { get; init; }

    /// <summary>A request for a resource.</summary>
    public static RequestAttributes Of(UserInfo user, string verb, string group, string resource, string? subresource = null, string? ns = null, string? name = null) =>
        new() { User = user, Verb = verb, Group = group, Resource = resource, Subresource = subresource, Namespace = ns, Name = name };

    /// <summary>A request for a path.</summary>
    public static RequestAttributes OfPath(UserInfo user, string verb, string path) =>
        new() { User = user, Verb = verb, Group = "", Resource = "", Path = path };

    /// <summary>What is forbidden, in the words of a real server (apiserver, <c>responsewriters.forbiddenMessage</c>).</summary>
    public string Refusal()
    {
        if (Path is not null)
            return $"User \"{User.Name}\" cannot {Verb} path \"{Path}\"";
        var what = string.IsNullOrEmpty(Subresource) ? Resource : $"{Resource}/{Subresource}";
        var scope = string.IsNullOrEmpty(Namespace) ? "at the cluster scope" : $"in the namespace \"{Namespace}\"";
        return $"User \"{User.Name}\" cannot {Verb} resource \"{what}\" in API group \"{Group}\" {scope}";
    }
}
