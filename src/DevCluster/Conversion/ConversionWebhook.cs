using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission.Webhooks;

namespace OrleansOperator.DevCluster.Conversion;

/// <summary>Converts objects of a CRD from one version to another by asking its webhook (<c>spec.conversion</c>, strategy Webhook).</summary>
internal sealed class ConversionWebhook
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly WebhookClient _client;
    private readonly JsonObject _config;
    private readonly string _version;

    private ConversionWebhook(WebhookClient client, JsonObject webhook)
    {
        _client = client;
        _config = webhook.Object("clientConfig")!;
        _version = (webhook.List("conversionReviewVersions") ?? []).Select(version => version?.ToString()).FirstOrDefault(version => version is "v1" or "v1beta1") ?? "v1";
    }

    /// <summary>The webhook of a CRD; null for strategy None.</summary>
    public static ConversionWebhook? Of(JsonObject crd, WebhookClient client) =>
        crd.Dig("spec", "conversion") is JsonObject conversion && conversion.Text("strategy") == "Webhook" && conversion.Object("webhook") is { } webhook && webhook.Object("clientConfig") is not null
            ? new ConversionWebhook(client, webhook)
            : null;

    /// <summary>Converts an object, which stays as it is.</summary>
    /// <param name="obj">The object.</param>
    /// <param name="to">The API version wanted.</param>
    /// <exception cref="Http.ApiException">500: the webhook cannot be called, fails, or answers nonsense.</exception>
    public JsonObject Convert(JsonObject obj, string to)
    {
        var uid = Guid.NewGuid().ToString();
        try
        {
            return ConversionReview.Read(_client.Post(_config, ConversionReview.Ask(obj, to, _version, uid), Timeout), obj, to, _version, uid);
        }
        catch (WebhookException e)
        {
            throw ConversionReview.Failed(obj, e.Cause);
        }
    }
}
