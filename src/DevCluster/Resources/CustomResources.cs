using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>Makes the resources that a CRD defines.</summary>
internal static class CustomResources
{
    /// <summary>One resource per served version.</summary>
    public static IEnumerable<ResourceInfo> From(JsonObject crd)
    {
        var spec = crd["spec"]!.AsObject();
        var names = spec["names"]!.AsObject();
        foreach (var version in (spec.List("versions") ?? []).Where(version => version.Flag("served")))
        {
            var schema = Schema.Parse(version.Dig("schema", "openAPIV3Schema")!.AsObject());
            var hasStatus = version.Dig("subresources", "status") is not null;
            yield return new ResourceInfo
            {
                Group = spec.Text("group")!,
                Version = version.Text("name")!,
                Plural = names.Text("plural")!,
                Singular = names.Text("singular")!,
                Kind = names.Text("kind")!,
                ListKindName = names.Text("listKind"),
                ShortNames = Texts(names.List("shortNames")),
                Categories = Texts(names.List("categories")),
                Namespaced = spec.Text("scope") == "Namespaced",
                HasStatus = hasStatus,
                Scale = version.Dig("subresources", "scale") is JsonObject scale ? ScaleOf(scale) : null,
                IsCustom = true,
                Rules = new CustomRules(
                    schema, hasStatus, spec.Flag("preserveUnknownFields"),
                    [.. (version.List("selectableFields") ?? []).Select(field => (field.Text("jsonPath") ?? "").TrimStart('.'))]),
                Columns = version.List("additionalPrinterColumns") is { Count: > 0 } columns
                    ? [.. columns.OfType<JsonObject>().Select(TableColumn.FromCrd)]
                    : TableColumn.AgeOnly,
            };
        }
    }

    /// <summary>What the server writes into a CRD once its resources are served.</summary>
    public static void MarkEstablished(JsonObject crd, string now)
    {
        var status = crd.Ensure("status");
        status["acceptedNames"] = crd["spec"]!["names"]!.DeepClone();
        status["conditions"] = new JsonArray(
            Condition("NamesAccepted", "NoConflicts", "no conflicts found", now),
            Condition("Established", "InitialNamesAccepted", "the initial names have been accepted", now));
    }

    /// <summary>Sets the condition that tells whether a CRD of a protected group is approved; false when nothing changed.</summary>
    public static bool MarkApproval(JsonObject crd, string now)
    {
        if (ApiApproval.ConditionOf(crd) is not { } approval || crd.Ensure("status").List("conditions") is not { } conditions)
            return false;
        var condition = Condition(ApiApproval.Condition, approval.Reason, approval.Message, now, approval.Conforms);
        var before = conditions.FirstOrDefault(other => other.Text("type") == ApiApproval.Condition);
        if (before is null)
        {
            conditions.Add(condition);
            return true;
        }

        if (before.Text("reason") == approval.Reason && before.Text("message") == approval.Message)
            return false;
        if (before.Text("status") == condition.Text("status"))
            condition["lastTransitionTime"] = before["lastTransitionTime"]!.DeepClone();
        conditions[conditions.IndexOf(before)] = condition;
        return true;
    }

    private static JsonObject Condition(string type, string reason, string message, string now, bool holds = true) => new()
    {
        ["type"] = type,
        ["status"] = holds ? "True" : "False",
        ["lastTransitionTime"] = now,
        ["reason"] = reason,
        ["message"] = message,
    };

    private static ScalePaths ScaleOf(JsonObject scale) => new(
        Path(scale.Text("specReplicasPath")), Path(scale.Text("statusReplicasPath")),
        scale.Text("labelSelectorPath") is { } selector ? Path(selector) : null);

    private static string[] Path(string? path) => (path ?? "").Split('.', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Texts(JsonArray? list) => [.. (list ?? []).Select(item => item!.GetValue<string>())];
}
