using System.Net;

namespace OrleansOperator.KubeApi.Tests;

public sealed class KubeApiExceptionTests
{
    [Theory]
    [InlineData(404, "NotFound", "NotFound")]
    [InlineData(409, "AlreadyExists", "AlreadyExists")]
    [InlineData(409, "Conflict", "Conflict")]
    [InlineData(409, "", "Conflict")]
    [InlineData(410, "Expired", "Gone")]
    [InlineData(422, "Invalid", "Invalid")]
    [InlineData(403, "Forbidden", "Forbidden")]
    [InlineData(500, "InternalError", "")]
    [InlineData(null, "", "Ambiguous")]
    public void Each_error_is_of_one_kind(int? code, string reason, string kind)
    {
        var target = new RequestTarget("get", "widgets.example.com");
        var error = code is { } status
            ? new KubeApiException((HttpStatusCode)status, reason, "m", target)
            : new KubeApiException("m", target, new IOException());

        string[] kinds =
        [
            error.IsNotFound ? "NotFound" : "",
            error.IsAlreadyExists ? "AlreadyExists" : "",
            error.IsConflict ? "Conflict" : "",
            error.IsGone ? "Gone" : "",
            error.IsInvalid ? "Invalid" : "",
            error.IsForbidden ? "Forbidden" : "",
            error.IsAmbiguous ? "Ambiguous" : "",
        ];
        Assert.Equal(kind, string.Concat(kinds));
    }
}
