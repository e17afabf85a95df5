using System.Net;
using OrleansOperator.KubeApi.Text;

namespace OrleansOperator.KubeApi;

/// <summary>
/// The API server answered with an error, or did not answer. What the server, or a proxy before it, wrote is one bounded line of visible
/// characters here: it goes on into logs, conditions and Events.
/// </summary>
public sealed class KubeApiException : Exception
{
    /// <summary>Characters of a message that are kept.</summary>
    public const int LongestMessage = 2048;

    private const int LongestReason = 128;

    /// <summary>
    /// The longest wait that a server can impose by Retry-After. API Priority and Fairness asks for seconds; whatever asks for
    /// more, a proxy's error page for example, must not blind a feed or keep an object waiting for hours.
    /// </summary>
    public static readonly TimeSpan LongestRetryAfter = TimeSpan.FromMinutes(1);

    /// <summary>An error answer: the HTTP status and what the Status body said (<c>metav1.Status</c>).</summary>
    public KubeApiException(HttpStatusCode code, string reason, string message, RequestTarget target, TimeSpan? retryAfter = null)
        : base(OneLine.Of(message, LongestMessage))
    {
        Code = code;
        Reason = OneLine.Of(reason, LongestReason);
        Target = target;
        RetryAfter = retryAfter > LongestRetryAfter ? LongestRetryAfter : retryAfter;
    }

    /// <summary>No answer: refused, cut off or timed out. A write may or may not have landed.</summary>
    public KubeApiException(string message, RequestTarget target, Exception inner)
        : base(OneLine.Of(message, LongestMessage), inner)
    {
        Reason = "";
        Target = target;
    }

    /// <summary>HTTP status, or null when no answer came.</summary>
    public HttpStatusCode? Code { get; }

    /// <summary>The Status reason, such as <c>AlreadyExists</c>; empty when there was none.</summary>
    public string Reason { get; }

    /// <summary>What was asked.</summary>
    public RequestTarget Target { get; }

    /// <summary>What errors of one cause have in common, whatever the object: verb, resource, status and reason.</summary>
    public string Cause => $"{Target.Verb} {Target.Resource}: {(Code is { } code ? $"{(int)code} {Reason}" : "no answer")}";

    /// <summary>How long the server asks to wait (Retry-After), if it does; at most <see cref="LongestRetryAfter"/>.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>Whether no answer came, so that a write may have landed.</summary>
    public bool IsAmbiguous => Code is null;

    /// <summary>404 Not Found.</summary>
    public bool IsNotFound => Code == HttpStatusCode.NotFound;

    /// <summary>409 with reason AlreadyExists.</summary>
    public bool IsAlreadyExists => Code == HttpStatusCode.Conflict && Reason == "AlreadyExists";

    /// <summary>409 for a stale resource version or a failed precondition.</summary>
    public bool IsConflict => Code == HttpStatusCode.Conflict && Reason != "AlreadyExists";

    /// <summary>410: the resource version is compacted, list again.</summary>
    public bool IsGone => Code == HttpStatusCode.Gone;

    /// <summary>422, not by an admission policy: the object is invalid, and the same request cannot succeed.</summary>
    public bool IsInvalid => Code == HttpStatusCode.UnprocessableEntity && !IsDeniedByAdmission;

    /// <summary>403 with the cause NamespaceTerminating: nothing can be created in this namespace any more.</summary>
    public bool IsNamespaceTerminating { get; init; }

    /// <summary>403: refused by the authorizer, by admission, by a quota, or because the namespace is terminating.</summary>
    public bool IsForbidden => Code == HttpStatusCode.Forbidden;

    /// <summary>
    /// 403 by the authorizer: a permission is missing. Only its message tells it from admission's 403
    /// (k8s.io/apiserver, <c>responsewriters.Forbidden</c>).
    /// </summary>
    public bool IsDeniedByAuthorizer =>
        IsForbidden && Message.IndexOf("forbidden: User \"", StringComparison.Ordinal) is var at and >= 0
        && Message.IndexOf(" cannot ", at, StringComparison.Ordinal) > at;

    /// <summary>Refused by an admission webhook or a ValidatingAdmissionPolicy, which choose the code themselves.</summary>
    public bool IsDeniedByAdmission =>
        Code is >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError
        && (Message.Contains("denied the request", StringComparison.Ordinal) || Message.Contains(" denied request: ", StringComparison.Ordinal));
}
