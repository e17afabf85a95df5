using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Conversion;

/// <summary>The question to a conversion webhook and its answer (apiextensions.k8s.io/v1 <c>ConversionReview</c>; apiextensions-apiserver, <c>conversion/webhook_converter.go</c>).</summary>
internal static class ConversionReview
{
    private const string Group = "apiextensions.k8s.io/";

    /// <summary>The question.</summary>
    /// <param name="obj">The object to convert.</param>
    /// <param name="to">The API version wanted.</param>
    /// <param name="version">Of the review.</param>
    /// <param name="uid">By which the answer is recognised.</param>
    public static JsonObject Ask(JsonObject obj, string to, string version, string uid) => new()
    {
        ["kind"] = "ConversionReview",
        ["apiVersion"] = Group + version,
        ["request"] = new JsonObject { ["uid"] = uid, ["desiredAPIVersion"] = to, ["objects"] = new JsonArray(obj.DeepClone()) },
    };

    /// <summary>The converted object. Of its metadata a webhook may change labels and annotations; the rest stays.</summary>
    /// <param name="review">What the webhook sent.</param>
    /// <param name="obj">The object that was to be converted.</param>
    /// <param name="to">The API version wanted.</param>
    /// <param name="version">Of the review that was sent.</param>
    /// <param name="uid">Of that review.</param>
    /// <exception cref="ApiException">500: the webhook failed, or its answer is none.</exception>
    public static JsonObject Read(JsonNode? review, JsonObject obj, string to, string version, string uid)
    {
        if (review.Text("apiVersion") != Group + version || review.Text("kind") != "ConversionReview")
            throw Failed(obj, $"expected webhook response of {Group}{version}, Kind=ConversionReview, got {review.Text("apiVersion")}, Kind={review.Text("kind")}");
        var response = review.Object("response") ?? throw Failed(obj, "no response provided");
        if (version == "v1" && response.Text("uid") is var answered && answered != uid)
            throw Failed(obj, $"expected response.uid=\"{uid}\", got \"{answered}\"");
        if (response["result"].Text("status") is var status && status != "Success")
            throw Failed(obj, response["result"].Text("message") is { Length: > 0 } message ? message : $"response.result.status was '{status}', not 'Success'");
        var converted = response.List("convertedObjects") ?? [];
        if (converted.Count != 1)
            throw Error(obj, $"returned {converted.Count} objects, expected 1");
        var result = converted[0] as JsonObject ?? throw Invalid(obj, "it is no object");
        if (result.Text("apiVersion") != to)
            throw Invalid(obj, $"invalid groupVersion (expected {to}, received {result.Text("apiVersion")})");
        if (result.Text("kind") != obj.Text("kind"))
            throw Invalid(obj, $"must have the same kind: {result.Text("kind")} != {obj.Text("kind")}");
        foreach (var (field, name) in new[] { ("name", "name"), ("namespace", "namespace"), ("uid", "UID") })
        {
            if ((result["metadata"].Text(field) ?? "") != (obj["metadata"].Text(field) ?? ""))
                throw Invalid(obj, $"must have the same {name}: {result["metadata"].Text(field)} != {obj["metadata"].Text(field)}");
        }

        return WithMetadata(result.Clone(), obj);
    }

    /// <summary>500 for a conversion that failed.</summary>
    /// <param name="obj">The object that was to be converted.</param>
    /// <param name="why">The cause.</param>
    public static ApiException Failed(JsonObject obj, string why) => Error(obj, "failed: " + why);

    private static JsonObject WithMetadata(JsonObject result, JsonObject obj)
    {
        var metadata = obj["metadata"]!.AsObject().Clone();
        foreach (var field in new[] { "labels", "annotations" })
        {
            metadata.Remove(field);
            if (result["metadata"]?[field] is { } value)
                metadata[field] = value.DeepClone();
        }

        result["metadata"] = metadata;
        return result;
    }

    private static ApiException Invalid(JsonObject obj, string why) => Error(obj, $"returned invalid converted object at index 0: {why}");

    private static ApiException Error(JsonObject obj, string why) => new(500, null, $"conversion webhook for {obj.Text("apiVersion")}, Kind={obj.Text("kind")} {why}");
}
