using System.Text;
using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Admission;
using OrleansOperator.DevCluster.Admission.Webhooks;

namespace OrleansOperator.DevCluster.Tests.Admission.Webhooks;

/// <summary>What is sent to webhooks, and which answers can be used.</summary>
public sealed class AdmissionReviewTests
{
    [Fact]
    public void A_review_describes_the_request()
    {
        var request = Requests.Of(AdmissionOperation.Update, "apps/v1", "Deployment", """{"spec":{"replicas":2}}""", """{"spec":{"replicas":1}}""", subresource: "status");
        var review = AdmissionReview.Ask(request, request.Resource, "v1", "u1");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{"uid":"u1",
             "kind":{"group":"apps","version":"v1","kind":"Deployment"},"resource":{"group":"apps","version":"v1","resource":"deployments"},"subResource":"status",
             "requestKind":{"group":"apps","version":"v1","kind":"Deployment"},"requestResource":{"group":"apps","version":"v1","resource":"deployments"},"requestSubResource":"status",
             "name":"a","namespace":"default","operation":"UPDATE","userInfo":{"username":"jane","groups":["developers","system:authenticated"]},
             "object":{"spec":{"replicas":2}},"oldObject":{"spec":{"replicas":1}},"dryRun":false,"options":{"kind":"CreateOptions","apiVersion":"meta.k8s.io/v1"}}}
            """), review), review.ToJsonString());
    }

    [Theory]
    [InlineData("""{}""", true, "received invalid webhook response: webhook response was absent")]
    [InlineData("""{"response":{"uid":"other","allowed":true}}""", true, "received invalid webhook response: expected response.uid=\"u1\", got \"other\"")]
    [InlineData("""{"kind":"Pod","apiVersion":"v1","response":{"uid":"u1","allowed":true}}""", true,
        "received invalid webhook response: expected webhook response of admission.k8s.io/v1, Kind=AdmissionReview, got v1, Kind=Pod")]
    [InlineData("""{"response":{"uid":"u1","allowed":true,"patch":"W10="}}""", true, "received invalid webhook response: webhook returned response.patch but not response.patchType")]
    [InlineData("""{"response":{"uid":"u1","allowed":true,"patchType":"JSONPatch"}}""", true, "received invalid webhook response: webhook returned response.patchType but not response.patch")]
    [InlineData("""{"response":{"uid":"u1","allowed":true,"patchType":"Strategic","patch":"W10="}}""", true, "unsupported patch type \"Strategic\"")]
    [InlineData("""{"response":{"uid":"u1","allowed":true,"patchType":"JSONPatch","patch":"W10="}}""", false, "received invalid webhook response: validating webhook may not return response.patch")]
    [InlineData("""{"response":{"uid":"u1","allowed":true,"patchType":"JSONPatch"}}""", false, "received invalid webhook response: validating webhook may not return response.patchType")]
    [InlineData("""{"response":{"uid":"u1","allowed":true,"patchType":"JSONPatch","patch":"W10="}}""", true, null)]
    [InlineData("""{"response":{"uid":"u1","allowed":true}}""", false, null)]
    public void An_answer_that_is_none_to_the_review_cannot_be_used(string answer, bool isMutating, string? why)
    {
        var review = JsonNode.Parse(answer)!.AsObject();
        if (review["kind"] is null)
            (review["kind"], review["apiVersion"]) = ("AdmissionReview", "admission.k8s.io/v1");
        if (why is null)
            Assert.True(AdmissionReview.Read(review, "v1", "u1", isMutating).IsAllowed);
        else
            Assert.Equal(why, Assert.Throws<WebhookException>(() => AdmissionReview.Read(review, "v1", "u1", isMutating)).Message);
    }

    [Theory]
    [InlineData("not base64!")]
    [InlineData("{")]
    [InlineData("{}")]
    public void A_patch_that_is_none_cannot_be_used(string patch)
    {
        var encoded = patch.StartsWith('n') ? patch : Convert.ToBase64String(Encoding.UTF8.GetBytes(patch));
        var review = new JsonObject { ["response"] = new JsonObject { ["allowed"] = true, ["patch"] = encoded } };
        Assert.StartsWith("received undecodable patch in webhook response: ", Assert.Throws<WebhookException>(() => AdmissionReview.Read(review, "v1beta1", "u1", true)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 400, null, "admission webhook \"w.example.com\" denied the request without explanation")]
    [InlineData("""{"message":"no"}""", 400, null, "admission webhook \"w.example.com\" denied the request: no")]
    [InlineData("""{"reason":"Forbidden","code":403}""", 403, "Forbidden", "admission webhook \"w.example.com\" denied the request: Forbidden")]
    [InlineData("""{"message":"no","code":200,"status":"Success"}""", 400, null, "admission webhook \"w.example.com\" denied the request: no")]
    [InlineData("""{"message":"later","code":429,"reason":"TooManyRequests"}""", 429, "TooManyRequests", "admission webhook \"w.example.com\" denied the request: later")]
    public void A_denial_has_the_code_reason_and_message_of_the_webhook(string? result, int code, string? reason, string message)
    {
        var denial = AdmissionErrors.Denied("w.example.com", result is null ? null : JsonNode.Parse(result)!.AsObject());
        Assert.Equal((code, message), (denial.Code, denial.Message));
        Assert.Equal(reason, denial.ToStatus()["reason"]?.GetValue<string>());
    }
}
