using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>What holds for the metadata of every object (apimachinery, <c>ValidateObjectMeta</c>).</summary>
internal static partial class MetadataRules
{
    private const int MaxAnnotationBytes = 256 * 1024;

    private const string SubdomainHint =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string LabelHint =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string NamePartHint =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string LabelValueHint =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    public static void Validate(JsonObject obj, JsonObject? old, bool nameIsLabel, List<FieldError> errors)
    {
        var metadata = obj["metadata"]!.AsObject();
        ValidateName(metadata.Text("name") ?? "", nameIsLabel, errors);
        ValidateLabels(metadata.Object("labels"), "metadata.labels", errors);
        ValidateAnnotations(metadata.Object("annotations"), errors);
        ValidateOwners(metadata.List("ownerReferences"), errors);
        ValidateFinalizers(metadata, old?["metadata"] as JsonObject, errors);
    }

    public static void ValidateLabels(JsonObject? labels, string field, List<FieldError> errors)
    {
        foreach (var (key, value) in labels ?? [])
        {
            QualifiedName(key, field, errors);
            var text = value is JsonValue v && v.TryGetValue<string>(out var s) ? s : "";
            if (text.Length > 63)
                errors.Add(FieldError.TooLong(field, 63));
            else if (text.Length > 0 && !NamePart().IsMatch(text))
                errors.Add(FieldError.InvalidText(field, text, LabelValueHint));
        }
    }

    private static void ValidateName(string name, bool isLabel, List<FieldError> errors)
    {
        var (pattern, most, hint) = isLabel ? (DnsLabel(), 63, LabelHint) : (DnsSubdomain(), 253, SubdomainHint);
        if (name.Length > most)
            errors.Add(FieldError.InvalidText("metadata.name", name, $"must be no more than {most} characters"));
        else if (!pattern.IsMatch(name))
            errors.Add(FieldError.InvalidText("metadata.name", name, hint));
    }

    private static void ValidateAnnotations(JsonObject? annotations, List<FieldError> errors)
    {
        long size = 0;
        foreach (var (key, value) in annotations ?? [])
        {
            QualifiedName(key.ToLowerInvariant(), "metadata.annotations", errors);
            size += key.Length + (value is JsonValue v && v.TryGetValue<string>(out var text) ? text.Length : 0);
        }

        if (size > MaxAnnotationBytes)
            errors.Add(FieldError.TooLong("metadata.annotations", MaxAnnotationBytes));
    }

    private static void ValidateOwners(JsonArray? owners, List<FieldError> errors)
    {
        var controllers = new List<JsonNode>();
        foreach (var owner in owners ?? [])
        {
            foreach (var field in new[] { "apiVersion", "kind", "name", "uid" })
            {
                if (string.IsNullOrEmpty(owner.Text(field)))
                    errors.Add(FieldError.InvalidText($"metadata.ownerReferences.{field}", "", "must not be empty"));
            }

            if (owner.Flag("controller"))
                controllers.Add(owner!);
        }

        if (controllers.Count > 1)
        {
            errors.Add(FieldError.Invalid("metadata.ownerReferences", owners.ToText(),
                "Only one reference can have Controller set to true. Found \"true\" in references for "
                + string.Join(" and ", controllers.Select(o => $"{o.Text("kind")}/{o.Text("name")}"))));
        }
    }

    private static void ValidateFinalizers(JsonObject metadata, JsonObject? old, List<FieldError> errors)
    {
        var finalizers = Texts(metadata.List("finalizers"));
        foreach (var finalizer in finalizers)
            QualifiedName(finalizer, "metadata.finalizers", errors);
        if (old?["deletionTimestamp"] is null)
            return;
        var late = finalizers.Except(Texts(old.List("finalizers"))).ToList();
        if (late.Count > 0)
        {
            var error = FieldError.Forbidden("metadata.finalizers",
                $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", late.Select(f => $"\"{f}\""))}}}");

            // A real server finds this twice, in the general and in the update validation.
            errors.Add(error);
            errors.Add(error);
        }
    }

    /// <summary>A name with an optional DNS prefix, such as <c>example.com/name</c>.</summary>
    private static void QualifiedName(string text, string field, List<FieldError> errors)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (prefix, name) = slash < 0 ? (null, text) : (text[..slash], text[(slash + 1)..]);
        if (prefix is not null && (prefix.Length > 253 || !DnsSubdomain().IsMatch(prefix)))
            errors.Add(FieldError.InvalidText(field, text, prefix.Length == 0 ? "prefix part must be non-empty" : "prefix part " + SubdomainHint));
        if (name.Length > 63)
            errors.Add(FieldError.InvalidText(field, text, "name part must be no more than 63 bytes"));
        else if (!NamePart().IsMatch(name))
            errors.Add(FieldError.InvalidText(field, text, NamePartHint));
    }

    private static List<string> Texts(JsonArray? list) =>
        [.. (list ?? []).Select(item => item is JsonValue v && v.TryGetValue<string>(out var text) ? text : "")];

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex DnsSubdomain();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex DnsLabel();

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex NamePart();
}
