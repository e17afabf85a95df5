namespace OrleansOperator.Schema;

/// <summary>Short names of the kind for kubectl: <c>names.shortNames</c>.</summary>
/// <param name="names">The names, in lower case.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ShortNamesAttribute(params string[] names) : Attribute
{
    /// <summary>The names.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
