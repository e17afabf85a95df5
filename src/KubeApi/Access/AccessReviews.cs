using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansOperator.KubeApi.Access;

/// <summary>
/// Asks the API server whether this operator may do something (SelfSubjectAccessReview of authorization.k8s.io/v1), which every
/// authenticated user may ask where the default ClusterRole system:basic-user is bound.
/// </summary>
internal static class AccessReviews
{
    private static readonly ResourceType Type = new("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview");

    /// <summary>What the question itself asks of the API server.</summary>
    public static RequestTarget Question { get; } = new("create", Type.QualifiedName);

    /// <summary>Asks. Null when the server does not let it be asked.</summary>
    /// <exception cref="KubeApiException">There was no answer, or an error that may pass.</exception>
    public static async Task<bool?> AskAsync(IKubeApi api, RequestTarget target, CancellationToken cancellationToken)
    {
        var request = new KubeRequest(HttpMethod.Post, Type.CollectionPath())
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(Review(target), AccessJson.Default.AccessReview),
            Priority = RequestPriority.Vital,
            Target = Question,
        };
        try
        {
            return (await api.SendAsync(request, AccessJson.Default.AccessReview, cancellationToken)).Status?.Allowed;
        }
        catch (KubeApiException e) when (e.Code is HttpStatusCode.Forbidden or HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
        {
            return null;
        }
    }

    private static AccessReview Review(RequestTarget target)
    {
        var (resource, subresource) = target.Resource.Split('/') is [var first, var second] ? (first, second) : (target.Resource, null);
        var (plural, group) = resource.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? (resource[..dot], resource[(dot + 1)..]) : (resource, "");
        return new AccessReview(Type.ApiVersion, Type.Kind, new AccessReviewSpec(new AccessAttributes(target.Namespace, target.Verb, group, plural, subresource)), null);
    }
}

internal sealed record AccessReview(string ApiVersion, string Kind, AccessReviewSpec? Spec, AccessReviewStatus? Status);

internal sealed record AccessReviewSpec(AccessAttributes ResourceAttributes);

/// <summary>What is asked about (<c>authorization.k8s.io/v1 ResourceAttributes</c>); no namespace means all.</summary>
internal sealed record AccessAttributes(string? Namespace, string Verb, string Group, string Resource, string? Subresource);

internal sealed record AccessReviewStatus(bool Allowed);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(AccessReview))]
internal sealed partial class AccessJson : JsonSerializerContext;
