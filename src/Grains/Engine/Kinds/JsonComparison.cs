using System.Collections;
using System.Text.Json.Serialization.Metadata;

namespace OrleansOperator.Grains.Engine.Kinds;

/// <summary>
/// Compares what is wanted with what is there, over the fields that are wanted: null leaves a field to others. Allocates nothing but
/// what reading a property of a value type, or going through a dictionary, boxes.
/// </summary>
internal static class JsonComparison
{
    /// <summary>Whether a property is wanted otherwise than it is.</summary>
    /// <param name="property">The property.</param>
    /// <param name="wanted">The object that wants it.</param>
    /// <param name="there">The object that is there, or null.</param>
    public static bool Differs(JsonPropertyInfo property, object wanted, object? there) =>
        property.Get is { } get && !JsonRule.Of(property).IsCreateOnly && get(wanted) is { } value && ValueDiffers(property, value, there is null ? null : get(there));

    /// <summary>The element of a list that has the same key as a wanted one; null when there is none.</summary>
    public static object? Namesake(JsonTypeInfo element, string key, object wanted, IList? there)
    {
        if (there is null || element.Properties.FirstOrDefault(property => property.Name == key)?.Get is not { } get)
            return null;
        var name = get(wanted);
        foreach (var candidate in there)
        {
            if (candidate is not null && Equals(get(candidate), name))
                return candidate;
        }

        return null;
    }

    /// <summary>Whether the fields of an object that are wanted are otherwise.</summary>
    public static bool ObjectDiffers(JsonTypeInfo type, object wanted, object? there)
    {
        if (there is null)
            return true;
        foreach (var property in type.Properties)
        {
            if (Differs(property, wanted, there))
                return true;
        }

        return false;
    }

    private static bool ValueDiffers(JsonPropertyInfo property, object wanted, object? there)
    {
        var rule = JsonRule.Of(property);
        switch (rule.Type.Kind)
        {
            case JsonTypeInfoKind.Object:
                return ObjectDiffers(rule.Type, wanted, there);
            case JsonTypeInfoKind.Dictionary when wanted is IDictionary entries:
                foreach (DictionaryEntry entry in entries)
                {
                    if (there is not IDictionary others || !Equals(others[entry.Key], entry.Value))
                        return true;
                }

                return false;
            case JsonTypeInfoKind.Enumerable when wanted is IList list:
                return ListDiffers(rule, list, there as IList);
            default:
                return !wanted.Equals(there);
        }
    }

    private static bool ListDiffers(JsonRule rule, IList wanted, IList? there)
    {
        var (key, element) = (rule.MergeKey, rule.Element!);
        if (key is null && wanted.Count != (there?.Count ?? 0))
            return true;
        for (var i = 0; i < wanted.Count; i++)
        {
            var namesake = key is null ? there![i] : Namesake(element, key, wanted[i]!, there);
            if (element.Kind == JsonTypeInfoKind.Object ? ObjectDiffers(element, wanted[i]!, namesake) : !Equals(wanted[i], namesake))
                return true;
        }

        return false;
    }
}
