using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>apiextensions.k8s.io/v1 CustomResourceDefinitions.</summary>
internal sealed class CrdRules() : BuiltInRules("apiextensions/CustomResourceDefinition")
{
    /// <summary>Holds a CRD until its objects are gone.</summary>
    public const string Finalizer = "customresourcecleanup.apiextensions.k8s.io";

    public override bool HasGeneration => true;

    public override void Default(JsonObject obj)
    {
        var names = obj.Ensure("spec").Ensure("names");
        if (names.Text("kind") is { Length: > 0 } kind)
        {
            names.Default("singular", kind.ToLowerInvariant());
            names.Default("listKind", kind + "List");
        }

        obj.Ensure("spec").Ensure("conversion").Default("strategy", "None");
    }

    public override void PrepareForCreate(JsonObject obj)
    {
        var stored = (obj["spec"].List("versions") ?? []).FirstOrDefault(version => version.Flag("storage")).Text("name");
        obj["status"] = new JsonObject
        {
            ["conditions"] = null,
            ["acceptedNames"] = new JsonObject { ["plural"] = "", ["kind"] = "" },
            ["storedVersions"] = stored is null ? [] : new JsonArray(stored),
        };
    }

    public override void Validate(JsonObject obj, JsonObject? old, List<FieldError> errors)
    {
        var spec = obj["spec"]!.AsObject();
        var (group, plural) = (spec.Text("group") ?? "", spec["names"].Text("plural") ?? "");
        if (obj["metadata"].Text("name") != $"{plural}.{group}")
            errors.Add(FieldError.InvalidText("metadata.name", obj["metadata"].Text("name") ?? "", "must be spec.names.plural+\".\"+spec.group"));
        if (group.Length == 0)
            errors.Add(FieldError.Required("spec.group"));
        if (spec.Text("scope") is not ("Namespaced" or "Cluster"))
            errors.Add(FieldError.NotSupported("spec.scope", $"\"{spec.Text("scope")}\"", ["Cluster", "Namespaced"]));
        foreach (var field in new[] { "plural", "kind" })
        {
            if (string.IsNullOrEmpty(spec["names"].Text(field)))
                errors.Add(FieldError.Required($"spec.names.{field}"));
        }

        var versions = spec.List("versions") ?? [];
        if (versions.Count(version => version.Flag("storage")) != 1)
            errors.Add(FieldError.Invalid("spec.versions", "null", "must have exactly one version marked as storage version"));
        for (var i = 0; i < versions.Count; i++)
            ValidateVersion(versions[i], $"spec.versions[{i}]", errors);
        if (old is not null && spec.Text("scope") != old["spec"].Text("scope"))
            errors.Add(FieldError.InvalidText("spec.scope", spec.Text("scope") ?? "", "field is immutable"));
        ApiApproval.Validate(obj, old, errors);
    }

    private static void ValidateVersion(JsonNode? version, string path, List<FieldError> errors)
    {
        if (version.Dig("schema", "openAPIV3Schema") is not JsonObject schema)
        {
            errors.Add(FieldError.Required($"{path}.schema.openAPIV3Schema", "schemas are required"));
            return;
        }

        if (schema.Text("type") != "object" && !schema.Flag("x-kubernetes-preserve-unknown-fields"))
            errors.Add(FieldError.InvalidText($"{path}.schema.openAPIV3Schema.type", schema.Text("type") ?? "", "must be object at the root"));
        try
        {
            Schema.Parse(schema);
        }
        catch (SchemaException e)
        {
            errors.Add(FieldError.Invalid($"{path}.schema.openAPIV3Schema", "{}", e.Message));
        }

        foreach (var column in version.List("additionalPrinterColumns") ?? [])
        {
            try
            {
                JsonPath.Parse(column.Text("jsonPath") ?? "");
            }
            catch (FormatException e)
            {
                errors.Add(FieldError.InvalidText($"{path}.additionalPrinterColumns", column.Text("jsonPath") ?? "", e.Message));
            }
        }
    }
}
