namespace OrleansOperator.DevCluster.Http;

/// <summary>The path of a request for a resource, taken apart.</summary>
/// <param name="Group">API group, empty for the core group.</param>
/// <param name="Version">API version.</param>
/// <param name="Plural">Plural name.</param>
/// <param name="Namespace">Namespace, or null.</param>
/// <param name="Name">Name, or null.</param>
/// <param name="Subresource">Subresource, or null.</param>
internal readonly record struct RequestPath(
    string Group, string Version, string Plural, string? Namespace, string? Name, string? Subresource)
{
    /// <summary>Returns null when the path is none of a resource.</summary>
    public static RequestPath? Parse(string path)
    {
        var parts = path.Trim('/').Split('/');
        if (Array.Exists(parts, part => part.Length == 0))
            return null;
        return parts switch
        {
            ["api", var version, .. var rest] => Resource("", version, rest),
            ["apis", var group, var version, .. var rest] => Resource(group, version, rest),
            _ => null,
        };
    }

    private static RequestPath? Resource(string group, string version, string[] parts) => parts switch
    {
        // A namespace is both an object and a place.
        ["namespaces"] when group.Length == 0 => new(group, version, "namespaces", null, null, null),
        ["namespaces", var name] when group.Length == 0 => new(group, version, "namespaces", null, name, null),
        ["namespaces", var name, "status" or "finalize"] when group.Length == 0 => new(group, version, "namespaces", null, name, parts[2]),
        ["namespaces", var ns, var plural] => new(group, version, plural, ns, null, null),
        ["namespaces", var ns, var plural, var name] => new(group, version, plural, ns, name, null),
        ["namespaces", var ns, var plural, var name, var sub] => new(group, version, plural, ns, name, sub),
        [var plural] => new(group, version, plural, null, null, null),
        [var plural, var name] => new(group, version, plural, null, name, null),
        [var plural, var name, var sub] => new(group, version, plural, null, name, sub),
        _ => null,
    };
}
