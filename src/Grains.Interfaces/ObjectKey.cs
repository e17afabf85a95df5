namespace OrleansOperator.Grains.Interfaces;

/// <summary>Namespace and name of a Kubernetes object; its text form, <c>namespace/name</c>, is the grain key.</summary>
/// <param name="Namespace">The object's namespace, a DNS label; empty for one of cluster scope, whose text form is its name.</param>
/// <param name="Name">The object's name, a DNS subdomain: it never contains a slash.</param>
[GenerateSerializer, Immutable, Alias("oo.key")]
public readonly record struct ObjectKey([property: Id(0)] string Namespace, [property: Id(1)] string Name)
{
    /// <summary>Reads a key from its text form.</summary>
    /// <exception cref="FormatException">The text is neither <c>namespace/name</c> nor <c>name</c>.</exception>
    public static ObjectKey Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 && text.Length > 0 ? new ObjectKey("", text)
            : slash > 0 && slash < text.Length - 1 ? new ObjectKey(text[..slash], text[(slash + 1)..])
            : throw new FormatException($"'{text}' is not an object key of the form namespace/name.");
    }

    /// <summary>The grain key: <c>namespace/name</c>, or <c>name</c>.</summary>
    public override string ToString() => Namespace.Length == 0 ? Name : $"{Namespace}/{Name}";
}
