using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>
/// The API groups that belong to the Kubernetes community: a CRD in one of them needs an annotation that links to the approval
/// of its API, or says that there is none (KEP-2337).
/// </summary>
internal static class ApiApproval
{
    /// <summary>The type of the CRD condition that tells whether the policy is kept.</summary>
    public const string Condition = "KubernetesAPIApprovalPolicyConformant";

    private const string Annotation = "api-approved.kubernetes.io";
    private const string See = "see https://github.com/kubernetes/enhancements/pull/1111";

    private enum State
    {
        Missing,
        Invalid,
        Unapproved,
        Approved,
    }

    /// <summary>Whether a group is the community's: <c>k8s.io</c>, <c>kubernetes.io</c> and their subdomains.</summary>
    public static bool IsProtected(string group) =>
        group is "k8s.io" or "kubernetes.io"
        || group.EndsWith(".k8s.io", StringComparison.Ordinal)
        || group.EndsWith(".kubernetes.io", StringComparison.Ordinal);

    /// <summary>Requires the annotation; a stored CRD that never had a valid one may stay as it is.</summary>
    public static void Validate(JsonObject crd, JsonObject? old, List<FieldError> errors)
    {
        if (!IsProtected(crd["spec"].Text("group") ?? ""))
            return;
        var (state, reason) = Judge(AnnotationOf(crd));
        if (old is not null && Judge(AnnotationOf(old)).State == state)
            return;
        if (state == State.Missing)
            errors.Add(FieldError.Required($"metadata.annotations[{Annotation}]", reason));
        else if (state == State.Invalid)
            errors.Add(FieldError.InvalidText($"metadata.annotations[{Annotation}]", AnnotationOf(crd), reason));
    }

    /// <summary>The reason and the message of the condition, and whether the policy is kept; null when the group is not protected.</summary>
    public static (bool Conforms, string Reason, string Message)? ConditionOf(JsonObject crd)
    {
        if (!IsProtected(crd["spec"].Text("group") ?? ""))
            return null;
        var (state, message) = Judge(AnnotationOf(crd));
        return (state == State.Approved, $"{state}Annotation", message);
    }

    private static string AnnotationOf(JsonObject crd) => crd.Dig("metadata", "annotations").Text(Annotation) ?? "";

    private static (State State, string Reason) Judge(string annotation) =>
        annotation.Length == 0
            ? (State.Missing, $"protected groups must have approval annotation \"{Annotation}\", {See}")
        : annotation.StartsWith("unapproved", StringComparison.Ordinal)
            ? (State.Unapproved, $"not approved: \"{annotation}\"")
        : annotation.Contains("://", StringComparison.Ordinal) && Uri.TryCreate(annotation, UriKind.Absolute, out var url) && url.Host.Length > 0
            ? (State.Approved, $"approved in {annotation}")
            : (State.Invalid, $"protected groups must have approval annotation \"{Annotation}\" with either a URL or a reason starting with \"unapproved\", {See}");
}
