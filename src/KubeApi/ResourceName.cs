namespace OrleansOperator.KubeApi;

/// <summary>
/// What may stand in a path as the name of an object or namespace. Names come from users' specs: <c>.</c> in a path means the
/// collection, <c>a/b</c> a subresource. Whatever else a kind asks of its names is the API server's to say (k8s.io/apimachinery,
/// <c>IsValidPathSegmentName</c>).
/// </summary>
public static class ResourceName
{
    /// <summary>The most characters that any kind allows: those of a DNS subdomain (RFC 1123).</summary>
    public const int MaxLength = 253;

    /// <summary>What is wrong with a name, as the end of a sentence about it; null when nothing is.</summary>
    public static string? Problem(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name switch
        {
            "" => "is empty",
            "." or ".." => $"is '{name}', which is no name",
            { Length: > MaxLength } => $"has {name.Length} characters, more than {MaxLength}",
            _ when name.AsSpan().IndexOfAny('/', '%') is var index and >= 0 => $"contains '{name[index]}'",
            _ => null,
        };
    }

    /// <summary>A name as it stands in a path.</summary>
    /// <exception cref="ArgumentException">It cannot stand in one.</exception>
    internal static string InPath(string name) =>
        Problem(name) is { } problem ? throw new ArgumentException($"The name of an object or namespace {problem}.", nameof(name)) : Uri.EscapeDataString(name);
}
