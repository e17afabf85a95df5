using System.Collections;
using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>Schemas of built-in kinds, read off KubernetesClient's model classes when a kind is first used.</summary>
internal static class ModelSchema
{
    private static readonly ConcurrentDictionary<Type, Schema> Schemas = new();

    public static Schema Of(Type model) => Schemas.GetOrAdd(model, type => Build(type, typeof(object), "", []));

    private static Schema Build(Type type, Type owner, string field, HashSet<Type> above)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var mapType = ListTypes.IsAtomic(owner, field, type) ? "atomic" : null;
        if (type == typeof(string) || type == typeof(byte[]) || type == typeof(DateTime))
            return new Schema { Type = "string", Default = field == "protocol" ? "TCP" : null };
        if (type == typeof(bool))
            return new Schema { Type = "boolean" };
        if (type == typeof(int) || type == typeof(long))
            return new Schema { Type = "integer" };
        if (type == typeof(double) || type == typeof(float))
            return new Schema { Type = "number" };
        if (type.IsGenericType && type.GetGenericArguments() is [var key, var value] && key == typeof(string) && typeof(IEnumerable).IsAssignableFrom(type))
            return new Schema { Type = "object", AdditionalProperties = Build(value, type, "", above), MapType = mapType };
        if (type.IsGenericType && type.GetGenericArguments() is [var item] && typeof(IEnumerable).IsAssignableFrom(type))
        {
            var keys = ListTypes.KeysOf(owner, field);
            return new Schema
            {
                Type = "array",
                Items = Build(item, type, "", above),
                ListType = keys is not null ? "map" : ListTypes.IsSet(field) ? "set" : null,
                ListMapKeys = keys ?? [],
            };
        }

        var properties = type.GetProperties()
            .Select(property => (property, Name: property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name))
            .Where(pair => pair.Name is not null).ToList();

        // Quantities, int-or-string and free-form values are no models; a type within itself ends here.
        if (properties.Count == 0 || type.Name.Contains("IntOrString", StringComparison.OrdinalIgnoreCase) || type.Name == "ResourceQuantity" || !above.Add(type))
            return new Schema { PreserveUnknown = true };
        var schema = new Schema { Type = "object", MapType = mapType };
        foreach (var (property, name) in properties)
            schema.Properties[name!] = Build(property.PropertyType, type, name!, above);
        above.Remove(type);
        return schema;
    }
}
