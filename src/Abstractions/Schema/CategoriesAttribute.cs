namespace OrleansOperator.Schema;

/// <summary>Groups of kinds that the kind belongs to, such as <c>all</c> of <c>kubectl get all</c>: <c>names.categories</c>.</summary>
/// <param name="names">The names, in lower case.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CategoriesAttribute(params string[] names) : Attribute
{
    /// <summary>The names.</summary>
    public IReadOnlyList<string> Names { get; } = names;
}
