using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansOperator.Schema;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>
/// The structural schema of a type: JSON names, required fields and types from its System.Text.Json contract, everything else from
/// attributes.
/// </summary>
/// <param name="options">Where the contracts of all types are found.</param>
/// <param name="findings">Gets what is wrong.</param>
internal sealed class SchemaGenerator(JsonSerializerOptions options, Findings findings)
{
    /// <summary>What the API server itself defines of each object.</summary>
    private static readonly string[] Standard = ["apiVersion", "kind", "metadata"];

    /// <summary>The types that contain the one that is being looked at.</summary>
    private readonly List<Type> _outer = [];

    /// <summary>The schema of a kind.</summary>
    public JsonObject Root(Type type)
    {
        var site = new Site(type.Name, "");
        findings.Remember(site);
        if (Contract(type, site) is not { } contract)
            return [];
        if (contract.Kind == JsonTypeInfoKind.Object && type != typeof(object))
            return Value(type, SchemaAttributes.None, site, isRoot: true);
        findings.Add(site, "the objects of a kind are JSON objects: use a class or record with the properties Spec and Status");
        return [];
    }

    private JsonObject Value(Type declared, SchemaAttributes ofField, Site site, bool isRoot = false)
    {
        var attributes = ofField.With(declared);
        var type = attributes.Find<SchemaTypeAttribute>()?.Type ?? Nullable.GetUnderlyingType(declared) ?? declared;
        var schema = attributes.Find<IntOrStringAttribute>() is null ? OfType(type, attributes, site, isRoot) : IntOrString(type, site);
        if (attributes.Description is { } description)
            schema["description"] = description;
        foreach (var keyword in attributes.Keywords)
        {
            if (SchemaKeywords.Problem(schema, keyword) is { } problem)
                findings.Add(site, problem);
            else
                SchemaKeywords.Add(schema, keyword, value => Json(value, type));
        }

        return schema;
    }

    private JsonObject OfType(Type type, SchemaAttributes attributes, Site site, bool isRoot)
    {
        if (Contract(type, site) is not { } contract)
            return [];
        if (contract.Kind == JsonTypeInfoKind.None && IsCustom(contract.Converter))
        {
            findings.Add(site, $"{contract.Converter.GetType().Name} writes it in a form of its own: say with [SchemaType] which type's schema it has, or [IntOrString]");
            return [];
        }

        if (LeafTypes.Find(type) is { } leaf)
            return leaf;
        if (type.IsEnum)
            return Enum(type, contract, site);
        switch (contract.Kind)
        {
            case JsonTypeInfoKind.Object when contract.PolymorphismOptions is not null:
                findings.Add(site, $"{type.Name} has derived types, of which a schema knows nothing: use one type with optional fields");
                return [];
            case JsonTypeInfoKind.Object when _outer.Contains(type):
                findings.Add(site, $"{type.Name} contains itself, for which CRDs have no schema: use JsonElement");
                return [];
            case JsonTypeInfoKind.Object when type != typeof(object):
                _outer.Add(type);
                var schema = Object(contract, site, isRoot);
                _outer.Remove(type);
                return schema;
            case JsonTypeInfoKind.Enumerable:
                return new() { ["type"] = "array", ["items"] = Value(contract.ElementType!, attributes.OfItems(), site.Items) };
            case JsonTypeInfoKind.Dictionary when contract.KeyType == typeof(string) || contract.KeyType!.IsEnum:
                return new() { ["type"] = "object", ["additionalProperties"] = Value(contract.ElementType!, attributes.OfItems(), site.Values) };
            case JsonTypeInfoKind.Dictionary:
                findings.Add(site, $"the keys of the map are of type {contract.KeyType.Name}: use string");
                return [];
            default:
                findings.Add(site, $"the .NET type {type.Name} has no schema: {LeafTypes.Remedy(type)}");
                return [];
        }
    }

    private JsonObject Object(JsonTypeInfo type, Site site, bool isRoot)
    {
        var schema = new JsonObject { ["type"] = "object" };
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in type.Properties.Where(property => property.Get is not null || property.Set is not null))
        {
            if (property.IsExtensionData)
            {
                schema["x-kubernetes-preserve-unknown-fields"] = true;
                continue;
            }

            if (isRoot && Standard.Contains(property.Name))
                continue;
            properties[property.Name] = Field(type, property, site.Field(type, property));
            if (property.IsRequired)
                required.Add(property.Name);
        }

        if (properties.Count > 0)
            schema["properties"] = properties;
        if (required.Count > 0)
            schema["required"] = required;
        return schema;
    }

    private JsonObject Field(JsonTypeInfo type, JsonPropertyInfo property, Site site)
    {
        findings.Remember(site);
        if (property.CustomConverter is { } converter && IsCustom(converter) && SchemaAttributes.Of(property) is var said
            && said.Find<SchemaTypeAttribute>() is null && said.Find<IntOrStringAttribute>() is null)
        {
            findings.Add(site, $"{converter.GetType().Name} writes it in a form of its own: say with [SchemaType] which type's schema it has, or [IntOrString]");
            return [];
        }

        if (((property.NumberHandling ?? type.NumberHandling ?? options.NumberHandling) & JsonNumberHandling.WriteAsString) != 0)
            findings.Add(site, "its JSON is a string that stands for a number: leave out JsonNumberHandling.WriteAsString");
        var schema = Value(property.PropertyType, SchemaAttributes.Of(property), site);

        // Required, and yet of a type that is nullable: then null is what it may be.
        if (property.IsRequired && property.IsSetNullable && property.PropertyType.IsValueType == (Nullable.GetUnderlyingType(property.PropertyType) is not null))
            schema["nullable"] = true;
        return schema;
    }

    private JsonObject Enum(Type type, JsonTypeInfo contract, Site site)
    {
        var names = new JsonArray();
        foreach (var value in System.Enum.GetValuesAsUnderlyingType(type))
        {
            var json = JsonSerializer.SerializeToNode(System.Enum.ToObject(type, value), contract);
            if (json?.GetValueKind() != JsonValueKind.String)
            {
                findings.Add(site, $"the enum {type.Name} is written as numbers, which mean nothing to users: give it [JsonConverter(typeof(JsonStringEnumConverter<{type.Name}>))]");
                return [];
            }

            if (!names.Any(name => JsonNode.DeepEquals(name, json)))
                names.Add(json);
        }

        if (!type.IsDefined(typeof(FlagsAttribute), inherit: false))
            return new() { ["type"] = "string", ["enum"] = names };
        findings.Add(site, $"the enum {type.Name} has flags, whose combinations no schema tells: use a list of it without [Flags]");
        return [];
    }

    private JsonObject IntOrString(Type type, Site site)
    {
        if (LeafTypes.Find(type) is { } leaf && leaf["type"] is { } known)
            findings.Add(site, $"[IntOrString] is on a field whose .NET type is written as {known} only: use JsonElement, or a type with a converter of its own");
        return new() { ["x-kubernetes-int-or-string"] = true };
    }

    private JsonTypeInfo? Contract(Type type, Site site)
    {
        try
        {
            return options.GetTypeInfo(type);
        }
        catch (NotSupportedException)
        {
            findings.Add(site, $"the JSON context does not know the type {type.Name}: add [JsonSerializable(typeof({type.Name}))] to it");
            return null;
        }
        catch (InvalidOperationException e)
        {
            findings.Add(site, $"System.Text.Json cannot read or write it: {e.Message}");
            return null;
        }
    }

    /// <summary>The value of an attribute as JSON: members of enums have the names that their type gives them.</summary>
    private JsonNode? Json(object value, Type type) =>
        value.GetType() == type && type.IsEnum ? JsonSerializer.SerializeToNode(value, options.GetTypeInfo(type)) : SchemaKeywords.Literal(value);

    private static bool IsCustom(JsonConverter converter) => converter.GetType().Assembly != typeof(JsonSerializer).Assembly;
}
