using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Schemas.Cel;

namespace OrleansOperator.DevCluster.Admission.Policies;

/// <summary>Values that expressions make, as JSON.</summary>
internal static class CelJson
{
    /// <exception cref="CelException">It has no form in JSON.</exception>
    public static JsonNode? Of(object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        long number => JsonValue.Create(number),
        double number => JsonValue.Create(number),
        string text => JsonValue.Create(text),
        Quantity quantity => JsonValue.Create(quantity.ToString()),
        CelBytes bytes => JsonValue.Create(Convert.ToBase64String(bytes.Value)),
        CelTimestamp time => JsonValue.Create(Json.Timestamp(time.Time)),
        CelDuration duration => JsonValue.Create((duration.Nanoseconds / 1e9).ToString(CultureInfo.InvariantCulture) + "s"),
        CelObject obj => obj.Json.DeepClone(),
        CelStruct made => new JsonObject(made.Fields.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, Of(pair.Value)))),
        List<object?> list => new JsonArray([.. list.Select(Of)]),
        Dictionary<object, object?> map => new JsonObject(map.Select(pair => new KeyValuePair<string, JsonNode?>(Key(pair.Key), Of(pair.Value)))),
        _ => throw new CelException($"a value of type {CelValues.TypeOf(value)} has no form in JSON"),
    };

    /// <summary>Adds what is wrong with the types of objects that an expression made: each is named after the fields that lead to it.</summary>
    /// <param name="value">The value.</param>
    /// <param name="expected">The name of its type.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static void CheckTypes(object? value, string expected, List<string> errors)
    {
        switch (value)
        {
            case CelStruct made:
                if (made.Type != expected)
                    errors.Add($"unexpected type name \"{made.Type}\", expected \"{expected}\", which matches field name path from root Object type");
                foreach (var (name, field) in made.Fields)
                    CheckTypes(field, $"{expected}.{name}", errors);
                break;
            case List<object?> list:
                list.ForEach(item => CheckTypes(item, expected, errors));
                break;
            case Dictionary<object, object?> map:
                foreach (var item in map.Values)
                    CheckTypes(item, expected, errors);
                break;
        }
    }

    private static string Key(object key) => key as string ?? throw new CelException("map keys must be strings");
}
