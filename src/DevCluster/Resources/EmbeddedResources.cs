using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Resources within custom resources have a type, and metadata as every resource has (apiextensions, <c>objectmeta.Validate</c>).</summary>
internal static class EmbeddedResources
{
    /// <summary>Adds what is wrong with the resources within a value.</summary>
    public static void Validate(Schema schema, JsonNode? value, string path, List<FieldError> errors)
    {
        if (!schema.HasEmbedded)
            return;
        if (value is JsonObject obj)
        {
            if (schema.Embedded)
                Resource(obj, path, errors);
            foreach (var (name, child) in obj)
            {
                if (schema.Properties.TryGetValue(name, out var property))
                    Validate(property, child, path.Length == 0 ? name : $"{path}.{name}", errors);
                else if (schema.AdditionalValues is { } additional)
                    Validate(additional, child, $"{path}[{name}]", errors);
            }
        }
        else if (value is JsonArray list && schema.Items is { } items)
        {
            for (var i = 0; i < list.Count; i++)
                Validate(items, list[i], $"{path}[{i}]", errors);
        }
    }

    private static void Resource(JsonObject obj, string path, List<FieldError> errors)
    {
        foreach (var field in new[] { "apiVersion", "kind" })
        {
            if (!obj.TryGetPropertyValue(field, out var value))
                errors.Add(FieldError.Required($"{path}.{field}"));
            else if (value?.GetValueKind() != JsonValueKind.String)
                errors.Add(FieldError.Invalid($"{path}.{field}", value.ToText(), "must be a string"));
            else if (value.GetValue<string>().Length == 0)
                errors.Add(FieldError.InvalidText($"{path}.{field}", "", "must not be empty"));
        }

        if (obj.Text("apiVersion") is { Length: > 0 } version && version.Count(c => c == '/') > 1)
            errors.Add(FieldError.Invalid($"{path}.apiVersion", GoText.Quote(version), $"unexpected GroupVersion string: {version}"));
        if (obj.Text("kind") is { Length: > 0 } kind && Names.Dns1035Label(kind.ToLowerInvariant()).ToList() is { Count: > 0 } wrong)
            errors.Add(FieldError.Invalid($"{path}.kind", GoText.Quote(kind), "may have mixed case, but should otherwise match: " + string.Join(",", wrong)));
        if (obj["metadata"] is { } metadata)
            Metadata(metadata, path, errors);
    }

    private static void Metadata(JsonNode metadata, string path, List<FieldError> errors)
    {
        if (metadata is not JsonObject fields)
        {
            errors.Add(FieldError.Invalid($"{path}.metadata", metadata.ToText(), "must be an object"));
            return;
        }

        try
        {
            var decoded = GoDecoder.Decode(GoTypes.Of("meta/ObjectMeta"), fields, []);
            var found = new List<FieldError>();
            MetadataRules.ValidateEmbedded(decoded, found);
            errors.AddRange(found.Select(error => error with { Field = $"{path}.{error.Field}" }));
        }
        catch (FormatException e)
        {
            errors.Add(FieldError.Invalid($"{path}.metadata", metadata.ToText(), e.Message));
        }
    }
}
