using System.Net;

namespace OrleansOperator.KubeApi.Tests;

public sealed class FailureReasonTests
{
    [Theory]
    [InlineData(403, "Forbidden", "deployments.apps is forbidden: User \"system:serviceaccount:a:b\" cannot create resource \"deployments\" in API group \"apps\" in the namespace \"shop\"", "PermissionMissing")]
    [InlineData(403, "Forbidden", "deployments.apps \"b\" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: 1, limited: 1", "QuotaExceeded")]
    [InlineData(403, "Forbidden", "deployments.apps \"b\" is forbidden: no images but the mirror's", "AdmissionDenied")]
    [InlineData(403, "Forbidden", "admission webhook \"images.example.com\" denied the request: User \"x\" has no say", "AdmissionDenied")]
    [InlineData(400, "", "admission webhook \"images.example.com\" denied the request without explanation", "AdmissionDenied")]
    [InlineData(422, "Invalid", "deployments.apps \"b\" is forbidden: ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: false", "AdmissionDenied")]
    [InlineData(500, "InternalError", "Internal error occurred: failed calling webhook \"images.example.com\": connection refused", "ApiServerUnavailable")]
    [InlineData(503, "ServiceUnavailable", "the server is currently unable to handle the request", "ApiServerUnavailable")]
    [InlineData(429, "TooManyRequests", "slow down", "ApiServerUnavailable")]
    [InlineData(401, "Unauthorized", "Unauthorized", "CredentialsRefused")]
    [InlineData(409, "Conflict", "the object has been modified", "Conflict")]
    [InlineData(413, "RequestEntityTooLarge", "too large", "RequestRefused")]
    public void A_failure_has_the_reason_that_the_server_means(int code, string reason, string message, string expected) =>
        Assert.Equal(expected, FailureReason.Of(new KubeApiException((HttpStatusCode)code, reason, message, default)));

    [Fact]
    public void No_answer_is_a_server_that_is_not_there() =>
        Assert.Equal(FailureReason.ApiServerUnavailable, FailureReason.Of(new KubeApiException("connection refused", default, new IOException())));
}
