using System.Reflection;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>A place in the schema, and the member of a type that it comes from.</summary>
/// <param name="Member">The member as error messages name it, such as <c>FooSpec.Replicas</c>.</param>
/// <param name="Path">Its path in the schema as the API server's errors name it, such as <c>.properties[spec].properties[replicas]</c>.</param>
internal readonly record struct Site(string Member, string Path)
{
    /// <summary>The items of a list.</summary>
    public Site Items => this with { Path = Path + ".items" };

    /// <summary>The values of a map.</summary>
    public Site Values => this with { Path = Path + ".additionalProperties" };

    /// <summary>A field of an object.</summary>
    public Site Field(JsonTypeInfo type, JsonPropertyInfo property) => new(
        property.AttributeProvider is MemberInfo member ? $"{member.DeclaringType?.Name ?? type.Type.Name}.{member.Name}" : $"{type.Type.Name}.{property.Name}",
        $"{Path}.properties[{property.Name}]");
}
