using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Policies;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission.Webhooks;

/// <summary>What a webhook answered.</summary>
/// <param name="IsAllowed">Whether the request may go on.</param>
/// <param name="Result">The Status for one that may not, or null.</param>
/// <param name="Patch">What a mutating webhook changes, or null.</param>
/// <param name="Warnings">For the client.</param>
/// <param name="Annotations">For the audit log.</param>
internal sealed record WebhookAnswer(
    bool IsAllowed, JsonObject? Result, JsonArray? Patch, ImmutableArray<string> Warnings, ImmutableArray<KeyValuePair<string, string>> Annotations);

/// <summary>The question to a webhook and its answer (admission/v1 <c>AdmissionReview</c>; apiserver, <c>admission/plugin/webhook/request</c>).</summary>
internal static class AdmissionReview
{
    private const string Group = "admission.k8s.io/";

    /// <summary>The version of the review that is sent: the first that both know.</summary>
    /// <exception cref="WebhookException">There is none.</exception>
    public static string VersionFor(Webhook webhook) => webhook.Versions.FirstOrDefault(version => version is "v1" or "v1beta1")
        ?? throw new WebhookException("could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)");

    /// <summary>The question.</summary>
    /// <param name="request">The request that is judged.</param>
    /// <param name="matched">The version of its resource that the webhook wants to see.</param>
    /// <param name="version">Of the review.</param>
    /// <param name="uid">By which the answer is recognised.</param>
    public static JsonObject Ask(AdmissionAttributes request, ResourceInfo matched, string version, string uid)
    {
        var kind = request.KindOf(matched);
        var question = new JsonObject { ["uid"] = uid };
        foreach (var (field, value) in PolicyInput.Describe(request, matched))
        {
            if (field is "dryRun")
            {
                question["object"] = request.As(request.Object, kind)?.DeepClone();
                question["oldObject"] = request.As(request.OldObject, kind)?.DeepClone();
            }

            question[field] = value?.DeepClone();
        }

        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = Group + version, ["request"] = question };
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="review">What the webhook sent.</param>
    /// <param name="version">Of the review that was sent to it.</param>
    /// <param name="uid">Of that review.</param>
    /// <param name="isMutating">Whether it may change the object.</param>
    /// <exception cref="WebhookException">It is no answer to it.</exception>
    public static WebhookAnswer Read(JsonNode? review, string version, string uid, bool isMutating)
    {
        if (review.Object("response") is not { } response)
            throw Invalid("webhook response was absent");
        if (version == "v1")
        {
            if (response.Text("uid") is var answered && answered != uid)
                throw Invalid($"expected response.uid=\"{uid}\", got \"{answered}\"");
            if (review.Text("apiVersion") != Group + version || review.Text("kind") != "AdmissionReview")
                throw Invalid($"expected webhook response of {Group}v1, Kind=AdmissionReview, got {review.Text("apiVersion")}, Kind={review.Text("kind")}");
        }

        var patch = PatchOf(response, version, isMutating);
        return new WebhookAnswer(
            response.Flag("allowed"), response.Object("status"), patch,
            [.. (response.List("warnings") ?? []).Select(warning => warning?.ToString() ?? "")],
            [.. (response.Object("auditAnnotations") ?? []).Select(pair => new KeyValuePair<string, string>(pair.Key, pair.Value?.ToString() ?? ""))]);
    }

    private static JsonArray? PatchOf(JsonObject response, string version, bool isMutating)
    {
        var (patch, type) = (response.Text("patch") ?? "", response["patchType"] is null ? null : response.Text("patchType") ?? "");
        if (!isMutating)
        {
            return version != "v1" ? null
                : patch.Length > 0 ? throw Invalid("validating webhook may not return response.patch")
                : type is not null ? throw Invalid("validating webhook may not return response.patchType")
                : null;
        }

        if (version == "v1")
        {
            if (patch.Length > 0 && type is null)
                throw Invalid("webhook returned response.patch but not response.patchType");
            if (patch.Length == 0 && type is not null)
                throw Invalid("webhook returned response.patchType but not response.patch");
            if (type is "")
                throw Invalid("webhook returned invalid response.patchType of \"\"");
            if (type is not (null or "JSONPatch"))
                throw new WebhookException($"unsupported patch type \"{type}\"");
        }

        return patch.Length == 0 ? null : Decode(patch);
    }

    private static JsonArray Decode(string patch)
    {
        try
        {
            return JsonNode.Parse(Convert.FromBase64String(patch), documentOptions: Json.Reading) as JsonArray
                ?? throw new WebhookException("received undecodable patch in webhook response: json: cannot unmarshal into Go value of type jsonpatch.Patch");
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            throw new WebhookException($"received undecodable patch in webhook response: {e.Message}");
        }
    }

    private static WebhookException Invalid(string why) => new($"received invalid webhook response: {why}");
}
