using System.Collections.Immutable;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission.Webhooks;

/// <summary>Asks validating webhooks, all at the same time (apiserver, <c>admission/plugin/webhook/validating</c>).</summary>
internal sealed class ValidatingWebhooks(AdmissionLookup lookup, WebhookCaller caller)
{
    /// <exception cref="ApiException">A webhook denies the request, or cannot be asked.</exception>
    public async ValueTask ValidateAsync(ImmutableArray<Webhook> webhooks, AdmissionAttributes request)
    {
        var relevant = new List<(Webhook Webhook, ResourceInfo Matched)>();
        foreach (var webhook in webhooks)
        {
            if (webhook.Match(request, lookup) is { } matched)
                relevant.Add((webhook, matched));
        }

        if (relevant.Count == 0)
            return;
        var refusals = await Task.WhenAll(relevant.Select((hook, index) => AskAsync(hook.Webhook, hook.Matched, request, index)));
        if (Array.Find(refusals, refusal => refusal is not null) is { } first)
            throw first;
    }

    /// <returns>Why the request is refused, or null.</returns>
    private async Task<ApiException?> AskAsync(Webhook webhook, ResourceInfo matched, AdmissionAttributes request, int index)
    {
        try
        {
            await caller.AskAsync(webhook, request, matched, isMutating: false);
            return null;
        }
        catch (ApiException e)
        {
            return e;
        }
        catch (WebhookException e)
        {
            if (!webhook.IgnoresFailures)
                return WebhookCaller.Failed(webhook, e);
            request.By.Annotate($"failed-open.validating.webhook.admission.k8s.io/round_0_index_{index}", webhook.Name);
            return null;
        }
    }
}
