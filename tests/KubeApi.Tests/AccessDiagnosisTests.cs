using System.Net;

namespace OrleansOperator.KubeApi.Tests;

public sealed class AccessDiagnosisTests
{
    [Theory]
    [InlineData(403, "list", "widgets.example.com", null, "Permission missing: \"list\" on \"widgets.example.com\" in all namespaces; grant it in a ClusterRole of this operator's service account. The API server says: widgets.example.com is forbidden: User \"operator\" cannot do it")]
    [InlineData(403, "patch", "widgets.example.com/status", "shop", "Permission missing: \"patch\" on \"widgets.example.com/status\" in namespace \"shop\"; grant it in a Role of this operator's service account. The API server says: widgets.example.com is forbidden: User \"operator\" cannot do it")]
    [InlineData(404, "list", "widgets.example.com", null, "CustomResourceDefinition \"widgets.example.com\" is missing: the API server does not know this kind; install its CRD.")]
    [InlineData(404, "watch", "widgets.example.com", "shop", "CustomResourceDefinition \"widgets.example.com\" is missing: the API server does not know this kind; install its CRD.")]
    [InlineData(404, "get", "widgets.example.com", "shop", null)]
    [InlineData(404, "list", "pods", null, null)]
    [InlineData(401, "list", "widgets.example.com", null, "The API server refuses the credentials (401) for \"list\" on \"widgets.example.com\": renew the token or certificate.")]
    [InlineData(409, "create", "widgets.example.com", "shop", null)]
    [InlineData(500, "list", "widgets.example.com", null, null)]
    public void It_names_what_has_to_be_mended(int code, string verb, string resource, string? ns, string? expected)
    {
        var error = new KubeApiException((HttpStatusCode)code, "", "widgets.example.com is forbidden: User \"operator\" cannot do it", new RequestTarget(verb, resource, ns));

        Assert.Equal(expected, AccessDiagnosis.Describe(error));
    }

    [Theory]
    [InlineData("deployments.apps \"b\" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: 1, limited: 1")]
    [InlineData("admission webhook \"images.example.com\" denied the request: only images of the mirror")]
    [InlineData("")]
    public void A_403_that_is_not_the_authorizers_is_no_missing_permission(string message) =>
        Assert.Null(AccessDiagnosis.Describe(new KubeApiException(HttpStatusCode.Forbidden, "Forbidden", message, new RequestTarget("create", "deployments.apps", "shop"))));

    [Fact]
    public void The_permission_that_an_owner_reference_takes_is_named()
    {
        const string Message = "deployments.apps \"b\" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>";

        var line = AccessDiagnosis.Describe(new KubeApiException(HttpStatusCode.Forbidden, "Forbidden", Message, new RequestTarget("create", "deployments.apps", "shop")));

        Assert.StartsWith("Permission missing: \"update\" on the subresource \"finalizers\" of the owner, for \"create\" on \"deployments.apps\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void A_terminating_namespace_and_a_request_without_an_answer_are_no_matter_of_access()
    {
        var target = new RequestTarget("create", "widgets.example.com", "shop");

        Assert.Null(AccessDiagnosis.Describe(new KubeApiException(HttpStatusCode.Forbidden, "Forbidden", "", target) { IsNamespaceTerminating = true }));
        Assert.Null(AccessDiagnosis.Describe(new KubeApiException("refused", target, new IOException())));
    }
}
