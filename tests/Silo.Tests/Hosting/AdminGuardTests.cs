using OrleansOperator.Silo.Hosting;

namespace OrleansOperator.Silo.Tests.Hosting;

public sealed class AdminGuardTests
{
    [Theory]
    // The probe address serves probes and metrics, whatever the Host header says.
    [InlineData(false, false, "10.0.0.7", "/healthz", true)]
    [InlineData(false, false, "10.0.0.7", "/readyz", true)]
    [InlineData(false, false, "10.0.0.7", "/metrics", true)]
    [InlineData(false, false, "localhost", "/dashboard", false)]
    [InlineData(false, true, "localhost", "/dashboard/index.min.js", false)]
    [InlineData(false, false, "10.0.0.7", "/", false)]
    // The admin address serves the dashboard to loopback names only, so that no web page can rebind its name to it.
    [InlineData(true, true, "localhost", "/dashboard", true)]
    [InlineData(true, true, "127.0.0.1", "/dashboard", true)]
    [InlineData(true, true, "[::1]", "/dashboard", true)]
    [InlineData(true, true, "evil.example.com", "/dashboard", false)]
    [InlineData(true, true, "", "/dashboard", false)]
    // An admin address that someone opened to the network is theirs to guard.
    [InlineData(true, false, "silo-0.example.com", "/dashboard", true)]
    // Calls grain methods by reflection: never.
    [InlineData(true, true, "localhost", "/dashboard/GrainState", false)]
    [InlineData(true, true, "localhost", "/dashboard/grainstate", false)]
    [InlineData(true, false, "silo-0.example.com", "/dashboard/GrainState", false)]
    public void A_request_is_served_by_the_listener_it_belongs_to(bool onAdmin, bool boundToLoopback, string host, string path, bool allowed)
    {
        Assert.Equal(allowed, AdminGuard.Allows(new ListenerFeature(onAdmin, boundToLoopback), host, path));
    }

    [Fact]
    public void A_connection_of_an_unknown_listener_is_served_nothing() => Assert.False(AdminGuard.Allows(null, "localhost", "/healthz"));
}
