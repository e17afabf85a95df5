using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.BuiltIns.Validation;

/// <summary>A struct that is validated: where it stands, and what it replaces.</summary>
/// <param name="Type">Its type.</param>
/// <param name="Value">The struct.</param>
/// <param name="Old">What was there; null on creation, and for the items of lists.</param>
/// <param name="Path">Its path.</param>
/// <param name="Parent">The struct that it stands in, or null.</param>
/// <param name="Errors">Gets what is wrong.</param>
internal sealed record Subject(GoType Type, JsonObject Value, JsonObject? Old, string Path, Subject? Parent, List<FieldError> Errors)
{
    public JsonNode? this[string field] => Value[field];

    /// <summary>The path of a field.</summary>
    public string At(string field) => Path.Length == 0 ? field : $"{Path}.{field}";

    public string Text(string field) => Value.Text(field) ?? "";

    public long? Number(string field) => Value.Number(field);

    public bool Has(string field) => !IsEmpty(Value[field]);

    /// <summary>The struct in a field, or null.</summary>
    public Subject? In(string field) => Value.Object(field) is { } value
        ? new Subject(Type.Fields[field].Type.Struct, value, Old.Object(field), At(field), this, Errors)
        : null;

    /// <summary>The structs in a list.</summary>
    public IEnumerable<Subject> Items(string field)
    {
        var list = Value.List(field) ?? [];
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is JsonObject item)
                yield return new Subject(Type.Fields[field].Type.Element!.Struct, item, null, $"{At(field)}[{i}]", this, Errors);
        }
    }

    /// <summary>The texts in a list.</summary>
    public List<string> Texts(string field) => [.. (Value.List(field) ?? []).Select(item => item?.ToString() ?? "")];

    /// <summary>Whether a field differs from what was there.</summary>
    public bool Changes(params string[] path) => Old is not null && !JsonNode.DeepEquals(Value.Dig(path), Old.Dig(path));

    public void Required(string field, string detail = "") => Errors.Add(FieldError.Required(At(field), detail));

    public void Invalid(string field, string detail) => Invalid(field, Value.Dig(field.Split('.')), detail);

    public void Invalid(string field, JsonNode? value, string detail) => Errors.Add(FieldError.Invalid(At(field), Shown(value), detail));

    /// <summary>Adds several complaints about one text.</summary>
    public void Invalid(string field, string text, IEnumerable<string> details)
    {
        foreach (var detail in details)
            Errors.Add(FieldError.Invalid(At(field), GoText.Quote(text), detail));
    }

    public void Forbidden(string field, string detail) => Errors.Add(FieldError.Forbidden(At(field), detail));

    /// <summary>Forbids a field that is there.</summary>
    public void Forbid(string field, string detail)
    {
        if (Has(field))
            Forbidden(field, detail);
    }

    public void NotSupported(string field, params string[] supported) => Errors.Add(FieldError.NotSupported(At(field), Shown(Value.Dig(field.Split('.')) ?? ""), supported));

    public void Duplicate(string field, JsonNode? value) => Errors.Add(FieldError.Duplicate(At(field), Shown(value)));

    public void NotFound(string field, string value) => Errors.Add(new FieldError("FieldValueNotFound", At(field), $"Not found: {GoText.Quote(value)}"));

    public void RequiredHere(string detail) => Errors.Add(FieldError.Required(Path, detail));

    public void InvalidHere(string detail) => Errors.Add(FieldError.Invalid(Path, "\"\"", detail));

    public void ForbiddenHere(string detail) => Errors.Add(FieldError.Forbidden(Path, detail));

    /// <summary>Whether a value is absent, or what an absent one is.</summary>
    public static bool IsEmpty(JsonNode? value) => value switch
    {
        null => true,
        JsonArray list => list.Count == 0,
        JsonObject => false,
        _ when value.GetValueKind() == System.Text.Json.JsonValueKind.String => value.GetValue<string>().Length == 0,
        _ => value.Whole() == 0,
    };

    /// <summary>A value as errors show it.</summary>
    public static string Shown(JsonNode? value) => value is null ? "null"
        : value.GetValueKind() == System.Text.Json.JsonValueKind.String ? GoText.Quote(value.GetValue<string>()) : value.ToText();
}
