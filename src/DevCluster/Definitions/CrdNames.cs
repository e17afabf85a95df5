using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Resources;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Definitions;

/// <summary>What the names of a CRD may be (apiextensions, <c>validation.ValidateCustomResourceDefinitionNames</c>).</summary>
internal static class CrdNames
{
    private static readonly string[] Required = ["plural", "singular", "kind", "listKind"];

    /// <summary>Adds an error for each name that a spec must have.</summary>
    public static void Require(JsonNode? names, List<FieldError> errors) =>
        errors.AddRange(Required.Where(field => string.IsNullOrEmpty(names.Text(field))).Select(field => FieldError.Required($"spec.names.{field}")));

    /// <summary>Adds what is wrong with names that are there.</summary>
    public static void Validate(JsonNode? names, string path, List<FieldError> errors)
    {
        foreach (var field in new[] { "plural", "singular" })
            Check(names.Text(field) ?? "", $"{path}.{field}", "", errors);
        foreach (var field in new[] { "kind", "listKind" })
            Check(names.Text(field) ?? "", $"{path}.{field}", "may have mixed case, but should otherwise match: ", errors);
        foreach (var (index, name) in (names.List("shortNames") ?? []).Index())
            Check(name!.GetValue<string>(), $"{path}.shortNames[{index}]", "", errors, isRequired: true);
        if (names.Text("kind") is { Length: > 0 } kind && kind == names.Text("listKind"))
            errors.Add(FieldError.InvalidText($"{path}.listKind", kind, "kind and listKind may not be the same"));
        foreach (var (index, name) in (names.List("categories") ?? []).Index())
            Check(name!.GetValue<string>(), $"{path}.categories[{index}]", "", errors, isRequired: true);
    }

    private static void Check(string name, string path, string prefix, List<FieldError> errors, bool isRequired = false)
    {
        if (name.Length == 0 && !isRequired)
            return;
        if (Names.Dns1035Label(prefix.Length > 0 ? name.ToLowerInvariant() : name).ToList() is { Count: > 0 } wrong)
            errors.Add(FieldError.InvalidText(path, name, prefix + string.Join(",", wrong)));
    }
}
