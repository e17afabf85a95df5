using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Authentication;
using OrleansOperator.DevCluster.Faults;
using OrleansOperator.DevCluster.Http;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Authorization;

/// <summary>Answers the reviews of <c>authorization.k8s.io</c>: who may do what.</summary>
internal sealed class AccessReviewHandler(Authorizer authorizer, FaultInjector faults)
{
    public const string Group = "authorization.k8s.io";

    /// <summary>Completes a review with its status.</summary>
    /// <param name="request">The request that creates it.</param>
    /// <param name="review">The review, in its form.</param>
    /// <exception cref="ApiException">422: it is not clear what is asked.</exception>
    public void Review(ApiRequest request, JsonObject review)
    {
        var spec = review.Ensure("spec");
        if (review.Text("kind") == "SelfSubjectRulesReview")
        {
            review["status"] = Rules(request.User, spec.Text("namespace"));
            return;
        }

        Validate(request, review, spec);
        var user = review.Text("kind") == "SelfSubjectAccessReview" ? request.User : Subject(spec);
        var attributes = AttributesOf(user, spec);
        var allowed = authorizer.Allows(attributes, out var reason);

        // What a fault answers with 403 is not allowed either.
        var what = string.IsNullOrEmpty(attributes.Subresource) ? attributes.Resource : $"{attributes.Resource}/{attributes.Subresource}";
        if (attributes.Path is null && faults.Forbids(attributes.Verb, what, request.Http.Request.Headers.UserAgent.ToString()))
            (allowed, reason) = (false, "");
        var status = new JsonObject { ["allowed"] = allowed };
        if (reason.Length > 0)
            status["reason"] = reason;
        review["status"] = status;
    }

    private static void Validate(ApiRequest request, JsonObject review, JsonObject spec)
    {
        var errors = new List<FieldError>();
        var (resource, path) = (spec.Object("resourceAttributes"), spec.Object("nonResourceAttributes"));
        if (resource is not null && path is not null)
            errors.Add(FieldError.Invalid("spec.nonResourceAttributes", path.ToText(), "cannot be specified in combination with resourceAttributes"));
        if (resource is null && path is null)
            errors.Add(FieldError.Invalid("spec.resourceAttributes", "null", "exactly one of nonResourceAttributes or resourceAttributes must be specified"));
        if (review.Text("kind") != "SelfSubjectAccessReview" && string.IsNullOrEmpty(spec.Text("user")) && spec.List("groups") is not { Count: > 0 })
            errors.Add(FieldError.InvalidText("spec.user", "", "at least one of user or group must be specified"));
        if (review.Text("kind") == "LocalSubjectAccessReview")
        {
            if (path is not null)
                errors.Add(FieldError.Invalid("spec.nonResourceAttributes", path.ToText(), "disallowed on this kind of request"));
            if (resource is not null && resource.Text("namespace") != request.Namespace)
                errors.Add(FieldError.InvalidText("spec.resourceAttributes.namespace", resource.Text("namespace") ?? "", $"must match metadata.namespace: {request.Namespace}"));
        }

        if (errors.Count > 0)
            throw ApiErrors.Invalid(request.Resource, "", errors);
    }

    private static UserInfo Subject(JsonObject spec) => new(spec.Text("user") ?? "", [.. (spec.List("groups") ?? []).Select(group => group?.ToString() ?? "")])
    {
        Uid = spec.Text("uid") ?? "",
    };

    private static RequestAttributes AttributesOf(UserInfo user, JsonObject spec)
    {
        if (spec.Object("nonResourceAttributes") is { } path)
            return RequestAttributes.OfPath(user, path.Text("verb") ?? "", path.Text("path") ?? "");
        var resource = spec["resourceAttributes"];
        return RequestAttributes.Of(user, resource.Text("verb") ?? "", resource.Text("group") ?? "", resource.Text("resource") ?? "",
            resource.Text("subresource"), resource.Text("namespace"), resource.Text("name"));
    }

    private JsonObject Rules(UserInfo user, string? ns)
    {
        var (resources, paths) = (new JsonArray(), new JsonArray());
        foreach (var rule in authorizer.Policy.RulesOf(user, ns))
        {
            if (rule.Resources.Length > 0)
            {
                var entry = new JsonObject { ["verbs"] = Texts(rule.Verbs), ["apiGroups"] = Texts(rule.ApiGroups), ["resources"] = Texts(rule.Resources) };
                if (rule.ResourceNames.Length > 0)
                    entry["resourceNames"] = Texts(rule.ResourceNames);
                resources.Add(entry);
            }

            if (rule.NonResourceUrls.Length > 0)
                paths.Add(new JsonObject { ["verbs"] = Texts(rule.Verbs), ["nonResourceURLs"] = Texts(rule.NonResourceUrls) });
        }

        return new JsonObject { ["resourceRules"] = resources, ["nonResourceRules"] = paths, ["incomplete"] = false };
    }

    private static JsonArray Texts(string[] values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
