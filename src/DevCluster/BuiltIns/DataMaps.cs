using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns;

/// <summary>What ConfigMaps and Secrets have in common: keys that are file names, and a seal.</summary>
internal static partial class DataMaps
{
    private const string KeyHint =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    public static void ValidateKeys(JsonObject obj, string field, List<FieldError> errors)
    {
        foreach (var (key, _) in obj.Object(field) ?? [])
        {
            if (!Key().IsMatch(key) || key is "." or "..")
                errors.Add(FieldError.InvalidText($"{field}[{key}]", key, KeyHint));
        }
    }

    /// <summary>What is sealed neither changes nor is unsealed.</summary>
    public static void ValidateImmutable(JsonObject obj, JsonObject? old, string[] fields, List<FieldError> errors)
    {
        if (!old.Flag("immutable"))
            return;
        if (!obj.Flag("immutable"))
            errors.Add(FieldError.Forbidden("immutable", "field is immutable when `immutable` is set"));
        foreach (var field in fields)
        {
            if (!JsonNode.DeepEquals(obj[field], old![field]))
                errors.Add(FieldError.Forbidden(field, "field is immutable when `immutable` is set"));
        }
    }

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]{1,253}\z")]
    private static partial Regex Key();
}
