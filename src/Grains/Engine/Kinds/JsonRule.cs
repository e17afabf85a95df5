using System.Runtime.CompilerServices;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>How a property of a record is compared and written; found out once for each.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Element">The type of its elements; null when it has none.</param>
/// <param name="IsCreateOnly">See <see cref="CreateOnlyAttribute"/>.</param>
/// <param name="MergeKey">See <see cref="MergeKeyAttribute"/>; null for a list that is compared as a whole.</param>
internal sealed record JsonRule(JsonTypeInfo Type, JsonTypeInfo? Element, bool IsCreateOnly, string? MergeKey)
{
    private static readonly ConditionalWeakTable<JsonPropertyInfo, JsonRule> Known = [];

    /// <summary>The rule of a property.</summary>
    public static JsonRule Of(JsonPropertyInfo property) => Known.GetValue(property, static property =>
    {
        var type = property.Options.GetTypeInfo(property.PropertyType);
        var attributes = property.AttributeProvider;
        return new JsonRule(
            type,
            type.ElementType is { } element ? property.Options.GetTypeInfo(element) : null,
            attributes?.IsDefined(typeof(CreateOnlyAttribute), inherit: true) ?? false,
            attributes?.GetCustomAttributes(typeof(MergeKeyAttribute), inherit: true) is [MergeKeyAttribute key, ..] ? key.Name : null);
    });
}
