using Microsoft.AspNetCore.Http;
using OrleansOperator.Silo.Admin;
using OrleansOperator.Silo.Hosting;

namespace OrleansOperator.Silo.Tests.Admin;

public sealed class AdminGuardTests
{
    private static readonly ListenerFeature s_probes = new(IsAdmin: false, IsLoopback: false);
    private static readonly ListenerFeature s_loopback = new(IsAdmin: true, IsLoopback: true);
    private static readonly ListenerFeature s_open = new(IsAdmin: true, IsLoopback: false);

    [Theory]
    [InlineData("10.0.0.7", "/healthz", true)]
    [InlineData("10.0.0.7", "/readyz", true)]
    [InlineData("10.0.0.7", "/metrics", true)]
    [InlineData("localhost", "/dashboard", false)]
    [InlineData("localhost", "/dashboard/index.min.js", false)]
    [InlineData("10.0.0.7", "/", false)]
    [InlineData("10.0.0.7", "/api/objects", false)]
    [InlineData("10.0.0.7", "/sign-in", false)]
    public void The_probe_address_serves_probes_and_metrics_whatever_the_Host_header_says(string host, string path, bool served)
    {
        Assert.Equal(served, AdminGuard.Allows(s_probes, hasToken: false, Request(host, path)));
        Assert.Equal(served, AdminGuard.Allows(s_probes, hasToken: true, Request(host, path)));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("[::1]", true)]
    [InlineData("evil.example.com", false)]
    [InlineData("", false)]
    public void On_loopback_the_admin_pages_answer_to_loopback_names_only_so_that_no_web_page_can_rebind_its_name(string host, bool served)
    {
        Assert.Equal(served, AdminGuard.Allows(s_loopback, hasToken: false, Request(host, "/dashboard")));
        Assert.Equal(served, AdminGuard.Allows(s_loopback, hasToken: true, Request(host, "/")));
    }

    [Fact]
    public void Open_to_the_network_the_admin_pages_are_served_with_a_token_only()
    {
        Assert.True(AdminGuard.Allows(s_open, hasToken: true, Request("silo-0.example.com", "/dashboard")));
        Assert.False(AdminGuard.Allows(s_open, hasToken: false, Request("silo-0.example.com", "/dashboard")));
    }

    [Theory]
    [InlineData("none", "navigate", "GET", true)]
    [InlineData("same-origin", "cors", "GET", true)]
    [InlineData("same-origin", "navigate", "POST", true)]
    [InlineData("cross-site", "navigate", "GET", true)]
    [InlineData("cross-site", "no-cors", "GET", false)]
    [InlineData("cross-site", "navigate", "POST", false)]
    [InlineData("same-site", "cors", "GET", false)]
    [InlineData(null, null, "GET", true)]
    public void Pages_of_other_sites_can_link_to_the_admin_pages_and_nothing_else(string? site, string? mode, string method, bool served)
    {
        var request = Request("localhost", "/");
        (request.Method, request.Headers["Sec-Fetch-Site"], request.Headers["Sec-Fetch-Mode"]) = (method, site, mode);

        Assert.Equal(served, AdminGuard.Allows(s_loopback, hasToken: false, request));
    }

    [Theory]
    [InlineData("/dashboard/GrainState")]
    [InlineData("/dashboard/grainstate")]
    public void Grain_methods_are_never_called_by_reflection(string path)
    {
        Assert.False(AdminGuard.Allows(s_loopback, hasToken: false, Request("localhost", path)));
        Assert.False(AdminGuard.Allows(s_open, hasToken: true, Request("silo-0.example.com", path)));
    }

    [Fact]
    public void A_connection_of_an_unknown_listener_is_served_nothing() =>
        Assert.False(AdminGuard.Allows(null, hasToken: true, Request("localhost", "/healthz")));

    private static HttpRequest Request(string host, string path)
    {
        var request = new DefaultHttpContext().Request;
        (request.Method, request.Host, request.Path) = ("GET", new HostString(host), path);
        return request;
    }
}
