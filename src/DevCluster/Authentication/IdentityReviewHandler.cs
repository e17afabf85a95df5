using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Http;

namespace OrleansOperator.DevCluster.Authentication;

/// <summary>Answers the reviews of <c>authentication.k8s.io</c>: who am I, and whose token is this.</summary>
internal sealed class IdentityReviewHandler(Authenticator authenticator)
{
    public const string Group = "authentication.k8s.io";

    /// <summary>Completes a review with its status.</summary>
    /// <param name="request">The request that creates it.</param>
    /// <param name="review">The review, in its form.</param>
    /// <exception cref="ApiException">400: there is no token in it.</exception>
    public void Review(ApiRequest request, JsonObject review) => review["status"] = review.Text("kind") == "SelfSubjectReview"
        ? new JsonObject { ["userInfo"] = Describe(request.User) }
        : StatusOf(review["spec"]);

    /// <summary>A user, as reviews show it.</summary>
    public static JsonObject Describe(UserInfo user)
    {
        var info = new JsonObject { ["username"] = user.Name };
        if (user.Uid.Length > 0)
            info["uid"] = user.Uid;
        if (user.Groups.Count > 0)
            info["groups"] = Texts(user.Groups);
        if (user.Extra.Count > 0)
            info["extra"] = new JsonObject(user.Extra.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Texts(pair.Value))));
        return info;
    }

    private JsonObject StatusOf(JsonNode? spec)
    {
        if (string.IsNullOrEmpty(spec.Text("token")))
            throw ApiErrors.BadRequest("token is required for TokenReview in authentication");
        var audiences = (spec.List("audiences") ?? []).Select(audience => audience?.ToString() ?? "").DefaultIfEmpty(ServiceAccountTokens.Issuer);
        foreach (var audience in audiences)
        {
            if (authenticator.FindToken(spec.Text("token"), audience) is { } user)
                return new JsonObject { ["authenticated"] = true, ["user"] = Describe(user), ["audiences"] = new JsonArray(audience) };
        }

        return new JsonObject { ["user"] = new JsonObject(), ["error"] = "invalid bearer token" };
    }

    private static JsonArray Texts(IReadOnlyList<string> values) => new([.. values.Select(value => JsonValue.Create(value))]);
}
