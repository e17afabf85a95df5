using System.Collections.Immutable;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Patches;
using OrleansOperator.DevCluster.Resources;

namespace OrleansOperator.DevCluster.Admission.Webhooks;

/// <summary>Asks mutating webhooks one after the other, each seeing what those before it have changed (apiserver, <c>admission/plugin/webhook/mutating</c>).</summary>
internal sealed class MutatingWebhooks(AdmissionLookup lookup, WebhookCaller caller)
{
    /// <exception cref="ApiException">A webhook denies the request, cannot be asked, or its patch cannot be applied.</exception>
    public async ValueTask MutateAsync(ImmutableArray<Webhook> webhooks, AdmissionAttributes request, Reinvocation reinvocation)
    {
        for (var i = 0; i < webhooks.Length; i++)
        {
            var webhook = webhooks[i];
            if (webhook.Match(request, lookup) is not { } matched || !reinvocation.Includes(webhook))
                continue;
            var place = $"webhook.admission.k8s.io/round_{(reinvocation.IsAgain ? 1 : 0)}_index_{i}";
            var hasChanged = await AskAsync(webhook, matched, request, place);
            reinvocation.Note(webhook, hasChanged, webhook.IsReinvoked);
        }
    }

    /// <returns>Whether it has changed the object.</returns>
    private async Task<bool> AskAsync(Webhook webhook, ResourceInfo matched, AdmissionAttributes request, string place)
    {
        var hasChanged = false;
        try
        {
            var answer = await caller.AskAsync(webhook, request, matched, isMutating: true);
            if (answer.Patch is { Count: > 0 } patch)
            {
                hasChanged = Apply(webhook, matched, request, patch);
                request.By.Annotate("patch." + place, Noted(webhook, new() { ["patch"] = patch.DeepClone(), ["patchType"] = "JSONPatch" }));
            }

            return hasChanged;
        }
        catch (WebhookException e)
        {
            if (!webhook.IgnoresFailures)
                throw WebhookCaller.Failed(webhook, e);
            request.By.Annotate("failed-open.mutation." + place, webhook.Name);
            return false;
        }
        finally
        {
            request.By.Annotate("mutation." + place, Noted(webhook, new() { ["mutated"] = hasChanged }));
        }
    }

    private static bool Apply(Webhook webhook, ResourceInfo matched, AdmissionAttributes request, JsonArray patch)
    {
        if (request.Object is null)
            throw AdmissionErrors.Internal($"admission webhook \"{webhook.Name}\" attempted to modify the object, which is not supported for this operation");
        try
        {
            return request.Replace(matched, JsonPatch.Apply(request.View(matched)!.Clone(), patch) as JsonObject ?? throw new PatchException("the result is no object"));
        }
        catch (Exception e) when (e is PatchException or InvalidOperationException)
        {
            throw AdmissionErrors.Internal(e.Message);
        }
    }

    private static string Noted(Webhook webhook, JsonObject what)
    {
        var note = new JsonObject { ["configuration"] = webhook.Configuration, ["webhook"] = webhook.Name };
        foreach (var (field, value) in what)
            note[field] = value?.DeepClone();
        return note.ToText();
    }
}
