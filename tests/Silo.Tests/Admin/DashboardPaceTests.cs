using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Dashboard;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Admin;

public sealed class DashboardPaceTests
{
    [Fact]
    public async Task The_dashboard_collects_every_ten_seconds()
    {
        await using var app = SiloHost.Build(new SiloSettings { Master = new Uri("http://127.0.0.1:1"), Clustering = ClusteringKind.Localhost }, FooOperator.Build().Definition);

        // Not an option of the dashboard: a new version of it may have another name for it, or other registrations.
        var type = typeof(DashboardOptions).Assembly.GetType("Orleans.Dashboard.DashboardHost")!;
        var interval = type.GetProperty("ExportIntervalMilliseconds", BindingFlags.Instance | BindingFlags.NonPublic)!;
        Assert.Equal(10_000, interval.GetValue(app.Services.GetRequiredService(type)));
        Assert.Equal(10_000, app.Services.GetRequiredService<IOptions<DashboardOptions>>().Value.CounterUpdateIntervalMs);
    }
}
