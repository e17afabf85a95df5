using System.Diagnostics.CodeAnalysis;

namespace OrleansOperator.Schema;

/// <summary>The object or list that the API server fills in where the field is absent: <c>default</c>.</summary>
/// <param name="json">The value as JSON, such as <c>{}</c>, which lets the defaults of an object's fields take effect.</param>
[AttributeUsage(Targets)]
public sealed class DefaultJsonAttribute([StringSyntax(StringSyntaxAttribute.Json)] string json) : SchemaAttribute
{
    /// <summary>The value as JSON.</summary>
    public string Json { get; } = json;
}
