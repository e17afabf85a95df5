namespace OrleansOperator.Schema;

/// <summary>The format of a string or a number: <c>format</c>, instead of the one that its .NET type has.</summary>
/// <param name="name">A format that Kubernetes validates, such as <c>duration</c>, <c>ipv4</c> or <c>cidr</c>.</param>
[AttributeUsage(Targets, AllowMultiple = true)]
public sealed class FormatAttribute(string name) : SchemaAttribute
{
    /// <summary>A format that Kubernetes validates, such as <c>duration</c>, <c>ipv4</c> or <c>cidr</c>.</summary>
    public string Name { get; } = name;
}
