using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.Schema;

namespace OrleansOperator.ManifestGeneration.Definitions;

/// <summary>Generates the CRD of a kind from its types.</summary>
public static class CrdGenerator
{
    /// <summary>The CRD, in the form in which the API server accepts it.</summary>
    /// <exception cref="ManifestException">The types have no schema, or an API server would refuse the CRD.</exception>
    public static JsonObject Generate(KindDefinition kind)
    {
        ArgumentNullException.ThrowIfNull(kind);
        var what = $"The CRD {kind.Resource.QualifiedName}";
        var findings = new Findings();
        var options = new JsonSerializerOptions { TypeInfoResolver = kind.Context, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
        options.MakeReadOnly();
        var schema = new SchemaGenerator(options, findings).Root(kind.Type);
        StatusSchema.Complete(schema);
        var version = Version(kind, schema, findings);
        findings.ThrowIfAny(what);

        var crd = Crd(kind, version);
        ServerRules.Check(crd, findings);
        findings.ThrowIfAny(what);
        return crd;
    }

    private static JsonObject Crd(KindDefinition kind, JsonObject version)
    {
        var resource = kind.Resource;
        var names = new JsonObject
        {
            ["kind"] = resource.Kind,
            ["listKind"] = resource.Kind + "List",
            ["plural"] = resource.Plural,
            ["singular"] = resource.Kind.ToLowerInvariant(),
        };
        if (kind.Type.GetCustomAttribute<ShortNamesAttribute>() is { } shortNames)
            names["shortNames"] = Texts(shortNames.Names);
        if (kind.Type.GetCustomAttribute<CategoriesAttribute>() is { } categories)
            names["categories"] = Texts(categories.Names);
        var metadata = new JsonObject { ["name"] = resource.QualifiedName };
        if (kind.Type.GetCustomAttribute<ApiApprovedAttribute>() is { } approved)
            metadata["annotations"] = new JsonObject { ["api-approved.kubernetes.io"] = approved.Approval };
        return new()
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["group"] = resource.Group,
                ["names"] = names,
                ["scope"] = kind.Resource.IsClusterScoped ? "Cluster" : "Namespaced",
                ["versions"] = new JsonArray(version),
            },
        };
    }

    private static JsonObject Version(KindDefinition kind, JsonObject schema, Findings findings)
    {
        var subresources = new JsonObject { ["status"] = new JsonObject() };
        if (kind.Type.GetCustomAttribute<ScaleAttribute>() is { } scale)
            subresources["scale"] = Scale(scale, schema, kind.Type, findings);
        var version = new JsonObject
        {
            ["name"] = kind.Resource.Version,
            ["served"] = true,
            ["storage"] = true,
            ["schema"] = new JsonObject { ["openAPIV3Schema"] = schema },
            ["subresources"] = subresources,
        };
        var columns = kind.Type.GetCustomAttributes<PrinterColumnAttribute>().Select(column => Column(column, schema, kind.Type, findings)).ToArray();
        if (columns.Length > 0)
            version["additionalPrinterColumns"] = new JsonArray([.. columns]);
        return version;
    }

    private static JsonObject Scale(ScaleAttribute scale, JsonObject schema, Type type, Findings findings)
    {
        var site = new Site(type.Name, "");
        foreach (var (path, expected) in new[] { (scale.SpecReplicas, "integer"), (scale.StatusReplicas, "integer"), (scale.Selector, "string") })
        {
            if (path is not null && SimplePath.IsOne(path) && SimplePath.Find(schema, path)?["type"]?.GetValue<string>() != expected)
                findings.Add(site, $"[Scale] has the path {path}, where there is no {expected}: name a field that is one");
        }

        var json = new JsonObject { ["specReplicasPath"] = scale.SpecReplicas, ["statusReplicasPath"] = scale.StatusReplicas };
        if (scale.Selector is not null)
            json["labelSelectorPath"] = scale.Selector;
        return json;
    }

    private static JsonObject Column(PrinterColumnAttribute column, JsonObject schema, Type type, Findings findings)
    {
        var field = SimplePath.IsOne(column.JsonPath) ? SimplePath.Find(schema, column.JsonPath) : null;
        if (field is null && SimplePath.IsOne(column.JsonPath) && !column.JsonPath.StartsWith(".metadata.", StringComparison.Ordinal))
            findings.Add(new Site(type.Name, ""), $"[PrinterColumn] {column.Name} has the path {column.JsonPath}, where there is no field: name one by its JSON names");
        var json = new JsonObject { ["name"] = column.Name, ["jsonPath"] = column.JsonPath, ["type"] = column.Type ?? TypeOf(column.JsonPath, field) };
        if (column.Format is not null)
            json["format"] = column.Format;
        if (column.Description is not null)
            json["description"] = column.Description;
        if (column.Priority != 0)
            json["priority"] = column.Priority;
        return json;
    }

    private static string TypeOf(string path, JsonObject? field) =>
        path is ".metadata.creationTimestamp" or ".metadata.deletionTimestamp" || field?["format"]?.GetValue<string>() == "date-time" ? "date"
        : field?["type"]?.GetValue<string>() is "integer" or "number" or "boolean" ? field["type"]!.GetValue<string>()
        : "string";

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(static text => JsonValue.Create(text))]);
}
