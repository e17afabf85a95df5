using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission.Webhooks;

/// <summary>Asks one webhook about one request, and says what comes of its answer or of its silence.</summary>
internal sealed class WebhookCaller(WebhookClient client)
{
    /// <summary>Asks a webhook; the client and the audit log hear what it says to them.</summary>
    /// <param name="webhook">The webhook.</param>
    /// <param name="request">The request.</param>
    /// <param name="matched">The version of the resource that it wants to see.</param>
    /// <param name="isMutating">Whether it may change the object.</param>
    /// <exception cref="ApiException">It denies the request.</exception>
    /// <exception cref="WebhookException">It cannot be asked, or its answer cannot be used.</exception>
    public async Task<WebhookAnswer> AskAsync(Webhook webhook, AdmissionAttributes request, ResourceInfo matched, bool isMutating)
    {
        if (request.DryRun && webhook.HasSideEffects)
            throw ApiErrors.BadRequest($"admission webhook \"{webhook.Name}\" does not support dry run");
        var (version, uid) = (AdmissionReview.VersionFor(webhook), Guid.NewGuid().ToString());
        var review = await client.PostAsync(webhook.Client, AdmissionReview.Ask(request, matched, version, uid), webhook.Timeout, request.By.Aborted);
        var answer = AdmissionReview.Read(review, version, uid, isMutating);
        foreach (var (key, value) in answer.Annotations)
            request.By.Annotate($"{webhook.Name}/{key}", value);
        foreach (var warning in answer.Warnings)
            request.By.Warn(warning);
        return answer.IsAllowed ? answer : throw AdmissionErrors.Denied(webhook.Name, answer.Result);
    }

    /// <summary>500 for a webhook that cannot be asked and whose failures are not ignored.</summary>
    public static ApiException Failed(Webhook webhook, WebhookException e) => AdmissionErrors.Internal($"failed calling webhook \"{webhook.Name}\": {e.Message}");
}
