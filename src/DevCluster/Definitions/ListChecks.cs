using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>
/// What <c>x-kubernetes-list-type</c>, its keys and <c>x-kubernetes-map-type</c> may be (apiextensions,
/// <c>validation.ValidateCustomResourceDefinitionOpenAPISchema</c>).
/// </summary>
internal static class ListChecks
{
    private const string ListType = "x-kubernetes-list-type";
    private const string MapType = "x-kubernetes-map-type";
    private const string Keys = "x-kubernetes-list-map-keys";

    public static void Validate(JsonObject schema, string path, List<FieldError> errors)
    {
        var (listType, mapType) = (schema.Text(ListType), schema.Text(MapType));
        var items = schema["items"] as JsonObject;
        if (mapType is not null)
            MustBe("object", MapType, schema, path, errors);
        if (mapType is not (null or "atomic" or "granular"))
            errors.Add(FieldError.NotSupported($"{path}.{MapType}", $"\"{mapType}\"", ["atomic", "granular"]));
        var isList = listType is null || MustBe("array", ListType, schema, path, errors);
        if (isList && listType == "set" && items is not null)
            AtomicItems(items, path, errors);
        if (listType is not (null or "atomic" or "set" or "map"))
            errors.Add(FieldError.NotSupported($"{path}.{ListType}", $"\"{listType}\"", ["atomic", "set", "map"]));
        if (schema.List(Keys) is { Count: > 0 } && listType is null)
            errors.Add(FieldError.Required($"{path}.{ListType}", $"must be map if {Keys} is non-empty"));
        else if (schema.List(Keys) is { Count: > 0 } && listType != "map")
            errors.Add(FieldError.InvalidText($"{path}.{ListType}", listType!, $"must be map if {Keys} is non-empty"));
        if (listType == "map")
            KeyedList(schema, items, path, errors);
        if (listType is "set" or "map" && items is not null)
            NotNullable(schema, items, listType, path, errors);
    }

    private static bool MustBe(string type, string because, JsonObject schema, string path, List<FieldError> errors)
    {
        var actual = schema.Text("type") ?? "";
        if (actual == type)
            return true;
        var detail = $"must be {type} if {because} is specified";
        errors.Add(actual.Length == 0 ? FieldError.Required($"{path}.type", detail) : FieldError.InvalidText($"{path}.type", actual, detail));
        return false;
    }

    private static void AtomicItems(JsonObject items, string path, List<FieldError> errors)
    {
        var detail = $"must be atomic as item of a list with {ListType}=set";
        if (items.Text("type") == "array" && items.Text(ListType) is not (null or "atomic"))
            errors.Add(FieldError.InvalidText($"{path}.items.{ListType}", items.Text(ListType)!, detail));

        // A real server shows the list type here, too.
        if (items.Text("type") == "object" && items.Text(MapType) != "atomic")
            errors.Add(FieldError.Invalid($"{path}.items.{MapType}", items[ListType].ToText(), detail));
    }

    private static void KeyedList(JsonObject schema, JsonObject? items, string path, List<FieldError> errors)
    {
        var keys = schema.List(Keys) ?? [];
        if (keys.Count == 0)
            errors.Add(FieldError.Required($"{path}.{Keys}", $"must not be empty if {ListType} is map"));
        if (schema["items"] is null)
            errors.Add(FieldError.Required($"{path}.items", $"must have a schema if {ListType} is map"));
        else if (items is null)
            errors.Add(FieldError.Invalid($"{path}.items", schema["items"].ToText(), $"must only have a single schema if {ListType} is map"));
        else if (items.Text("type") != "object")
            errors.Add(FieldError.InvalidText($"{path}.items.type", items.Text("type") ?? "", $"must be object if parent array's {ListType} is map"));
        if (items.Text("type") != "object")
            return;
        var seen = new HashSet<string>();
        foreach (var key in keys.Select(key => key!.GetValue<string>()))
        {
            if (items!.Object("properties")?[key] is not JsonObject property)
                errors.Add(FieldError.Invalid($"{path}.{Keys}", keys.ToText(), "entries must all be names of item properties"));
            else if (property.Text("type") is "array" or "object")
                errors.Add(FieldError.InvalidText($"{path}.items.properties[{key}].type", "object", $"must be a scalar type if parent array's {ListType} is map"));
            if (!seen.Add(key))
                errors.Add(FieldError.Invalid($"{path}.{Keys}", keys.ToText(), "must not contain duplicate entries"));
        }
    }

    /// <summary>Items of sets and keyed lists are never null, and every item of a keyed list has its keys.</summary>
    private static void NotNullable(JsonObject schema, JsonObject items, string listType, string path, List<FieldError> errors)
    {
        if (items.Flag("nullable"))
            errors.Add(FieldError.Forbidden($"{path}.items.nullable", $"cannot be nullable when {ListType} is {listType}"));
        if (listType != "map")
            return;
        var required = (items.List("required") ?? []).Select(name => name!.GetValue<string>()).ToHashSet();
        foreach (var key in (schema.List(Keys) ?? []).Select(key => key!.GetValue<string>()))
        {
            if (items.Object("properties")?[key] is not JsonObject property)
                continue;
            if (!required.Contains(key) && property["default"] is null)
                errors.Add(FieldError.Required($"{path}.items.properties[{key}].default", $"this property is in {Keys}, so it must have a default or be a required property"));
            if (property.Flag("nullable"))
                errors.Add(FieldError.Forbidden($"{path}.items.properties[{key}].nullable", $"this property is in {Keys}, so it cannot be nullable"));
        }
    }
}
