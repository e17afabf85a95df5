using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Definitions;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Makes the resources that a CRD defines.</summary>
internal static class CustomResources
{
    /// <summary>One resource per served version, the preferred one first, under the names that were accepted.</summary>
    public static IReadOnlyList<ResourceInfo> From(JsonObject crd, CustomVersions versions) =>
        [.. versions.All.Where(version => version.Flag("served")).Select(version => Resource(crd, version, versions))];

    /// <summary>The stored version, which need not be served, for what happens to its objects when the CRD goes.</summary>
    public static ResourceInfo Stored(JsonObject crd, CustomVersions versions) =>
        Resource(crd, versions.All.First(version => version.Flag("storage")), versions);

    private static ResourceInfo Resource(JsonObject crd, JsonObject version, CustomVersions versions)
    {
        var spec = crd["spec"]!.AsObject();
        var names = crd["status"]!["acceptedNames"]!.AsObject();
        var hasStatus = version.Dig("subresources", "status") is not null;
        var scale = version.Dig("subresources", "scale") is JsonObject paths ? ScaleOf(paths) : null;
        return new ResourceInfo
        {
            Group = spec.Text("group")!,
            Version = version.Text("name")!,
            Plural = spec["names"].Text("plural")!,
            Singular = names.Text("singular")!,
            Kind = names.Text("kind")!,
            ListKindName = names.Text("listKind"),
            ShortNames = Texts(names.List("shortNames")),
            Categories = Texts(names.List("categories")),
            Namespaced = spec.Text("scope") == "Namespaced",
            HasStatus = hasStatus,
            Scale = scale,
            IsCustom = true,
            Rules = new CustomRules(
                versions, version.Text("name")!, hasStatus, scale,
                [.. (version.List("selectableFields") ?? []).Select(field => (field.Text("jsonPath") ?? "").TrimStart('.'))]),
            Columns = Columns(version.List("additionalPrinterColumns") ?? []),
        };
    }

    /// <summary>With a column that cannot be read, none is shown but the default.</summary>
    private static IReadOnlyList<TableColumn> Columns(JsonArray columns)
    {
        try
        {
            return columns.Count > 0 ? [.. columns.OfType<JsonObject>().Select(TableColumn.FromCrd)] : TableColumn.AgeOnly;
        }
        catch (FormatException)
        {
            return TableColumn.AgeOnly;
        }
    }

    private static ScalePaths ScaleOf(JsonObject scale) => new(
        Path(scale.Text("specReplicasPath")), Path(scale.Text("statusReplicasPath")),
        scale.Text("labelSelectorPath") is { } selector ? Path(selector) : null);

    private static string[] Path(string? path) => (path ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Texts(JsonArray? list) => [.. (list ?? []).Select(item => item!.GetValue<string>())];
}
