using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.Schema;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>Attributes as keywords of a schema.</summary>
internal static class SchemaKeywords
{
    /// <summary>Whole numbers up to here are exact as double.</summary>
    private const double MaxExact = 1L << 53;

    /// <summary>Why a schema cannot have a keyword, and the remedy; null when it can.</summary>
    public static string? Problem(JsonObject schema, SchemaAttribute attribute)
    {
        var type = schema["type"]?.GetValue<string>();
        var name = $"[{attribute.GetType().Name[..^nameof(Attribute).Length]}]";
        if (type is not null && AppliesTo(attribute) is { } types && !types.Contains(type))
            return $"{name} is about {Plurals(types)}, and its JSON is {(type is "array" or "object" or "integer" ? "an" : "a")} {type}: leave it out{(type == "array" ? ", or set Items" : "")}";
        if (Keyword(attribute) is { } keyword && schema.ContainsKey(keyword))
            return $"{name} is there twice, or {keyword} is given by the .NET type: leave it out";
        return attribute switch
        {
            EnumAttribute { Values.Count: 0 } => "[Enum] has no values: name those that are valid",
            EnumAttribute values when values.Values.FirstOrDefault(value => !Fits(value, type)) is { } other =>
                $"[Enum] has the value {Literal(other)?.ToJsonString() ?? "null"}, and its JSON is of type {type}: give values of that type",
            ListTypeAttribute { Type: ListType.Map } list => ListProblem(schema, list),
            ListTypeAttribute { Keys.Count: > 0 } => "[ListType] has keys, which only ListType.Map has: leave them out",
            DefaultJsonAttribute json => JsonProblem(json.Json),
            _ => null,
        };
    }

    /// <summary>Adds the keywords of an attribute, of which there is no <see cref="Problem"/>.</summary>
    /// <param name="schema">Gets them.</param>
    /// <param name="attribute">The attribute.</param>
    /// <param name="json">The JSON of a value of the field.</param>
    public static void Add(JsonObject schema, SchemaAttribute attribute, Func<object, JsonNode?> json)
    {
        switch (attribute)
        {
            case MinimumAttribute minimum:
                schema["minimum"] = Number(minimum.Value);
                if (minimum.Exclusive)
                    schema["exclusiveMinimum"] = true;
                break;
            case MaximumAttribute maximum:
                schema["maximum"] = Number(maximum.Value);
                if (maximum.Exclusive)
                    schema["exclusiveMaximum"] = true;
                break;
            case MultipleOfAttribute factor:
                schema["multipleOf"] = Number(factor.Value);
                break;
            case MinLengthAttribute { Length: var length }:
                schema["minLength"] = length;
                break;
            case MaxLengthAttribute { Length: var length }:
                schema["maxLength"] = length;
                break;
            case MinItemsAttribute { Count: var count }:
                schema["minItems"] = count;
                break;
            case MaxItemsAttribute { Count: var count }:
                schema["maxItems"] = count;
                break;
            case MinPropertiesAttribute { Count: var count }:
                schema["minProperties"] = count;
                break;
            case MaxPropertiesAttribute { Count: var count }:
                schema["maxProperties"] = count;
                break;
            case PatternAttribute pattern:
                schema["pattern"] = pattern.Expression;
                break;
            case FormatAttribute format:
                schema["format"] = format.Name;
                break;
            case EnumAttribute values:
                schema["enum"] = new JsonArray([.. values.Values.Select(json)]);
                break;
            case DefaultAttribute value:
                schema["default"] = json(value.Value);
                break;
            case DefaultJsonAttribute value:
                schema["default"] = JsonNode.Parse(value.Json);
                break;
            case NullableAttribute:
                schema["nullable"] = true;
                break;
            case PreserveUnknownFieldsAttribute:
                schema["x-kubernetes-preserve-unknown-fields"] = true;
                break;
            case AtomicAttribute:
                schema["x-kubernetes-map-type"] = "atomic";
                break;
            case ListTypeAttribute list:
                schema["x-kubernetes-list-type"] = list.Type switch { ListType.Map => "map", ListType.Set => "set", _ => "atomic" };
                if (list.Keys.Count > 0)
                    schema["x-kubernetes-list-map-keys"] = new JsonArray([.. list.Keys.Select(static key => JsonValue.Create(key))]);
                break;
            case ValidationRuleAttribute rule:
                if (schema["x-kubernetes-validations"] is not JsonArray rules)
                    schema["x-kubernetes-validations"] = rules = [];
                rules.Add(Rule(rule));
                break;
        }
    }

    /// <summary>The JSON of a constant of an attribute.</summary>
    public static JsonNode? Literal(object? value) => value switch
    {
        null => null,
        string text => JsonValue.Create(text),
        bool flag => JsonValue.Create(flag),
        double or float or decimal => Number(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        System.Enum member => JsonValue.Create(member.ToString()),
        IConvertible => JsonValue.Create(Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(value.ToString()),
    };

    /// <summary>The JSON types that an attribute is about; null for all.</summary>
    private static string[]? AppliesTo(SchemaAttribute attribute) => attribute switch
    {
        MinimumAttribute or MaximumAttribute or MultipleOfAttribute => ["integer", "number"],
        MinLengthAttribute or MaxLengthAttribute or PatternAttribute => ["string"],
        FormatAttribute => ["string", "integer", "number"],
        MinItemsAttribute or MaxItemsAttribute or ListTypeAttribute => ["array"],
        MinPropertiesAttribute or MaxPropertiesAttribute or AtomicAttribute or PreserveUnknownFieldsAttribute => ["object"],
        _ => null,
    };

    /// <summary>The keyword that an attribute sets, where only one may; a format replaces that of the .NET type.</summary>
    private static string? Keyword(SchemaAttribute attribute) => attribute switch
    {
        MinimumAttribute => "minimum",
        MaximumAttribute => "maximum",
        MultipleOfAttribute => "multipleOf",
        MinLengthAttribute => "minLength",
        MaxLengthAttribute => "maxLength",
        PatternAttribute => "pattern",
        EnumAttribute => "enum",
        DefaultAttribute or DefaultJsonAttribute => "default",
        _ => null,
    };

    private static string Plurals(IEnumerable<string> types) => string.Join(" and ", types.Select(static type => type switch
    {
        "array" => "lists",
        "object" => "objects and maps",
        _ => type + "s",
    }).Distinct());

    private static bool Fits(object? value, string? type) => type switch
    {
        "string" => value is string or System.Enum,
        "boolean" => value is bool,
        "integer" => value is IConvertible and not (string or bool or double or float or decimal or System.Enum),
        "number" => value is IConvertible and not (string or bool or System.Enum),
        null => true,
        _ => false,
    };

    private static string? ListProblem(JsonObject schema, ListTypeAttribute list)
    {
        if (list.Keys.Count == 0)
            return "[ListType(ListType.Map)] has no keys: name the fields that tell the items apart, such as [ListType(ListType.Map, \"name\")]";
        if (schema["items"]?["properties"] is not JsonObject fields)
            return "[ListType(ListType.Map)] is on a list whose items have no fields: use ListType.Set or ListType.Atomic";
        return list.Keys.FirstOrDefault(key => !fields.ContainsKey(key)) is { } missing
            ? $"[ListType] has the key {missing}, and the items have no such field: use the JSON names {string.Join(", ", fields.Select(static field => field.Key))}"
            : null;
    }

    private static string? JsonProblem(string json)
    {
        try
        {
            JsonNode.Parse(json);
            return null;
        }
        catch (JsonException e)
        {
            return $"[DefaultJson] is no JSON: {e.Message}";
        }
    }

    private static JsonObject Rule(ValidationRuleAttribute rule)
    {
        var json = new JsonObject { ["rule"] = rule.Rule };
        if (rule.Message is not null)
            json["message"] = rule.Message;
        if (rule.MessageExpression is not null)
            json["messageExpression"] = rule.MessageExpression;
        if (rule.Reason is not null)
            json["reason"] = rule.Reason;
        if (rule.FieldPath is not null)
            json["fieldPath"] = rule.FieldPath;
        if (rule.OptionalOldSelf)
            json["optionalOldSelf"] = true;
        return json;
    }

    private static JsonValue Number(double value) =>
        value == Math.Floor(value) && Math.Abs(value) <= MaxExact ? JsonValue.Create((long)value) : JsonValue.Create(value);
}
