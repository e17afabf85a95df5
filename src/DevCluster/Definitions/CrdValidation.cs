using System.Globalization;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>
/// What is wrong with a CRD (apiextensions, <c>validation.ValidateCustomResourceDefinition</c>). What a real server only lets pass in CRDs
/// that were stored before a rule existed does not occur here.
/// </summary>
internal static class CrdValidation
{
    private const int MaxWarningBytes = 256;

    private static readonly UnicodeCategory[] Unprintables =
    [
        UnicodeCategory.Control, UnicodeCategory.Format, UnicodeCategory.Surrogate, UnicodeCategory.PrivateUse, UnicodeCategory.OtherNotAssigned,
        UnicodeCategory.SpaceSeparator, UnicodeCategory.LineSeparator, UnicodeCategory.ParagraphSeparator,
    ];

    /// <summary>Adds all that is wrong with a CRD but for its metadata.</summary>
    /// <param name="crd">The CRD in its form, with its defaults and its status.</param>
    /// <param name="old">The CRD that it replaces, or null.</param>
    /// <param name="errors">Gets what is wrong.</param>
    public static void Validate(JsonObject crd, JsonObject? old, List<FieldError> errors)
    {
        var form = new CrdForm(crd);
        var spec = form.Spec;
        var name = crd["metadata"].Text("name") ?? "";
        if (old is null && name != $"{spec["names"].Text("plural")}.{spec.Text("group")}")
            errors.Add(FieldError.InvalidText("metadata.name", name, "must be spec.names.plural+\".\"+spec.group"));
        Spec(form, old, errors);
        if (old is not null)
            Immutable(spec, old, errors);
        ValidateStatus(crd, errors);
        StoredVersions(crd, form, errors);
        ApiApproval.Validate(crd, old, errors);
        if (spec.Flag("preserveUnknownFields"))
            errors.Add(FieldError.Invalid("spec.preserveUnknownFields", "true", "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead"));
    }

    /// <summary>Adds what is wrong with the status of a CRD.</summary>
    public static void ValidateStatus(JsonObject crd, List<FieldError> errors) => CrdNames.Validate(crd.Dig("status", "acceptedNames"), "status.acceptedNames", errors);

    private static void Spec(CrdForm form, JsonObject? old, List<FieldError> errors)
    {
        var spec = form.Spec;
        Group(spec.Text("group") ?? "", errors);
        Choice(spec.Text("scope") ?? "", "spec.scope", ["Cluster", "Namespaced"], errors);
        foreach (var (index, version) in form.Versions.Index())
        {
            if (version.Dig("schema", "openAPIV3Schema") is null)
                errors.Add(FieldError.Required($"spec.versions[{index}].schema.openAPIV3Schema"));
        }

        if (spec.Flag("preserveUnknownFields") && form.Versions.Any(version => SchemaChecks.HasDefaults(version.Dig("schema", "openAPIV3Schema"))))
            errors.Add(FieldError.Invalid("spec.preserveUnknownFields", "true", "must be false in order to use defaults in the schema"));
        foreach (var (index, version) in form.Versions.Index())
        {
            if (Names.Dns1035Label(version.Text("name") ?? "").ToList() is { Count: > 0 } wrong)
                errors.Add(FieldError.InvalidText($"spec.versions[{index}].name", version.Text("name") ?? "", string.Join(",", wrong)));
            DeprecationWarning(version, $"spec.versions[{index}].deprecationWarning", errors);
        }

        Versions(form, errors);
        CrdNames.Require(spec["names"], errors);
        CrdNames.Validate(spec["names"], "spec.names", errors);
        foreach (var (version, value, path) in form.All("schema"))
        {
            if (value["openAPIV3Schema"] is JsonObject schema)
                SchemaChecks.Validate(schema, path + ".openAPIV3Schema", form.HasStatus(version), errors);
        }

        foreach (var (_, value, path) in form.All("subresources"))
            ScaleChecks.Validate(value["scale"] as JsonObject, path + ".scale", errors);
        foreach (var (_, value, path) in form.All("additionalPrinterColumns"))
            PrinterColumnChecks.Validate((JsonArray)value, path, errors);
        foreach (var (version, value, path) in form.All("selectableFields"))
            SelectableFieldChecks.Validate((JsonArray)value, form.SchemaOf(version), path, errors);
        ConversionChecks.Validate(spec, IsEstablished(old), errors);
    }

    private static void Group(string group, List<FieldError> errors)
    {
        if (group.Length == 0)
            errors.Add(FieldError.Required("spec.group"));
        else if (Names.DnsSubdomain(group).ToList() is { Count: > 0 } wrong)
            errors.Add(FieldError.InvalidText("spec.group", group, string.Join(",", wrong)));
        else if (!group.Contains('.', StringComparison.Ordinal))
            errors.Add(FieldError.InvalidText("spec.group", group, "should be a domain with at least one dot"));
    }

    /// <summary>Adds an error when a value is none of those that a field may have.</summary>
    public static void Choice(string value, string path, string[] accepted, List<FieldError> errors)
    {
        if (value.Length == 0)
            errors.Add(FieldError.Required(path));
        else if (!accepted.Contains(value))
            errors.Add(FieldError.NotSupported(path, $"\"{value}\"", accepted));
    }

    private static void Versions(CrdForm form, List<FieldError> errors)
    {
        var versions = form.Spec["versions"].ToText();
        if (form.Versions.DistinctBy(version => version.Text("name")).Count() != form.Versions.Count)
            errors.Add(FieldError.Invalid("spec.versions", versions, "must contain unique version names"));
        if (form.Versions.Count(version => version.Flag("storage")) != 1)
            errors.Add(FieldError.Invalid("spec.versions", versions, "must have exactly one version marked as storage version"));

        // The first version stands at the top, too.
        var first = form.Versions.Count > 0 ? form.Versions[0].Text("name") ?? "" : "";
        if (first.Length > 0 && Names.Dns1035Label(first).ToList() is { Count: > 0 } wrong)
            errors.Add(FieldError.InvalidText("spec.version", first, string.Join(",", wrong)));
    }

    private static void DeprecationWarning(JsonObject version, string path, List<FieldError> errors)
    {
        if (version.Text("deprecationWarning") is not { } text)
            return;
        if (!version.Flag("deprecated"))
        {
            errors.Add(FieldError.InvalidText(path, text, "can only be set for deprecated versions"));
            return;
        }

        if (System.Text.Encoding.UTF8.GetByteCount(text) > MaxWarningBytes)
            errors.Add(FieldError.InvalidText(path, text, $"must be <= {MaxWarningBytes} characters long"));
        if (text.Length == 0)
            errors.Add(FieldError.InvalidText(path, text, "must not be an empty string"));
        if (Unprintable(text) is { } index)
            errors.Add(FieldError.InvalidText(path, text, $"must only contain printable UTF-8 characters; non-printable character found at index {index}"));
    }

    /// <summary>The byte at which the first character stands that cannot be printed; of white space, only the space can.</summary>
    private static int? Unprintable(string text)
    {
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value != ' ' && Unprintables.Contains(System.Text.Rune.GetUnicodeCategory(rune)))
                return index;
            index += rune.Utf8SequenceLength;
        }

        return null;
    }

    /// <summary>The group and the plural never change, the scope and the kind not once the CRD was established.</summary>
    private static void Immutable(JsonObject spec, JsonObject old, List<FieldError> errors)
    {
        string[][] paths = IsEstablished(old)
            ? [["scope"], ["names", "kind"], ["group"], ["names", "plural"]]
            : [["group"], ["names", "plural"]];
        foreach (var path in paths)
        {
            if (!JsonNode.DeepEquals(spec.Dig(path), old["spec"].Dig(path)))
                errors.Add(FieldError.Invalid($"spec.{string.Join('.', path)}", spec.Dig(path).ToText(), "field is immutable"));
        }
    }

    private static void StoredVersions(JsonObject crd, CrdForm form, List<FieldError> errors)
    {
        var stored = (crd["status"].List("storedVersions") ?? []).Select(version => version!.GetValue<string>()).ToList();
        if (stored.Count == 0)
        {
            errors.Add(FieldError.Invalid("status.storedVersions", "[]", "must have at least one stored version"));
            return;
        }

        var names = form.Versions.Select(version => version.Text("name")).ToList();
        foreach (var version in form.Versions.Where(version => version.Flag("storage") && !stored.Contains(version.Text("name")!)))
            errors.Add(FieldError.Invalid("status.storedVersions", crd["status"]!["storedVersions"].ToText(), $"must have the storage version {version.Text("name")}"));
        foreach (var (index, name) in stored.Index().Where(version => !names.Contains(version.Item)))
        {
            errors.Add(FieldError.InvalidText($"status.storedVersions[{index}]", name,
                $"missing from spec.versions; {name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in {name} and removes {name} from status.storedVersions"));
        }
    }

    private static bool IsEstablished(JsonObject? crd) =>
        crd is not null && (crd["status"].List("conditions") ?? []).Any(condition => condition.Text("type") == "Established" && condition.Text("status") == "True");
}
