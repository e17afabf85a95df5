namespace OrleansOperator.DevCluster.Schemas;

/// <summary>What is wrong with one field, in the words of apimachinery's <c>field.Error</c>.</summary>
/// <param name="Reason">The reason of the Status cause, such as <c>FieldValueInvalid</c>.</param>
/// <param name="Field">Path of the field.</param>
/// <param name="Message">Reason and detail for people.</param>
internal readonly record struct FieldError(string Reason, string Field, string Message)
{
    public static FieldError Required(string field, string detail = "") =>
        new("FieldValueRequired", field, "Required value" + (detail.Length == 0 ? "" : ": " + detail));

    public static FieldError Invalid(string field, string value, string detail) =>
        new("FieldValueInvalid", field, $"Invalid value: {value}: {detail}");

    /// <summary>Invalid, with the value as a quoted string.</summary>
    public static FieldError InvalidText(string field, string value, string detail) =>
        Invalid(field, $"\"{value}\"", detail);

    public static FieldError TypeInvalid(string field, string path, string expected, string actual) =>
        new("FieldValueTypeInvalid", field, $"Invalid value: {GoText.Quote(actual)}: {path} in body must be of type {expected}: {GoText.Quote(actual)}");

    public static FieldError NotSupported(string field, string value, IEnumerable<string> supported) =>
        new("FieldValueNotSupported", field,
            $"Unsupported value: {value}: supported values: {string.Join(", ", supported.Select(s => $"\"{s}\""))}");

    public static FieldError Forbidden(string field, string detail) => new("FieldValueForbidden", field, "Forbidden: " + detail);

    public static FieldError Duplicate(string field, string value) =>
        new("FieldValueDuplicate", field, "Duplicate value: " + value);

    public static FieldError TooLong(string field, long most) =>
        new("FieldValueTooLong", field, $"Too long: may not be more than {most} bytes");

    public static FieldError TooMany(string field, long actual, long most) =>
        new("FieldValueTooMany", field, $"Too many: {actual}: must have at most {most} items");
}
