namespace OrleansOperator.Schema;

/// <summary>A column of <c>kubectl get</c>, in the order of the attributes on the type of the kind: <c>additionalPrinterColumns</c>.</summary>
/// <param name="name">The header, which kubectl writes in upper case.</param>
/// <param name="jsonPath">Where the value is, such as <c>.spec.replicas</c>.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public sealed class PrinterColumnAttribute(string name, string jsonPath) : Attribute
{
    /// <summary>The header.</summary>
    public string Name { get; } = name;

    /// <summary>Where the value is.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>string, integer, number, boolean or date; by default that of the field that the path names, and string for other paths.</summary>
    public string? Type { get; init; }

    /// <summary>The format of the value, as in schemas.</summary>
    public string? Format { get; init; }

    /// <summary>What it says, for people.</summary>
    public string? Description { get; init; }

    /// <summary>0 for every table, above zero for <c>kubectl get -o wide</c> only.</summary>
    public int Priority { get; init; }
}
