using Microsoft.Extensions.DependencyInjection;
using OrleansOperator.KubeApi.Access;
using OrleansOperator.Silo.Hosting;
using OrleansOperator.Silo.Settings;

namespace OrleansOperator.Silo.Tests.Hosting;

/// <summary>What the whole operator needs to be allowed, put together from what its components declare.</summary>
public sealed class PermissionTests
{
    [Fact]
    public async Task The_controllers_and_the_membership_declare_what_they_use()
    {
        await using var app = SiloHost.Build(new SiloSettings { Master = new Uri("http://127.0.0.1:1"), Clustering = ClusteringKind.Kubernetes, Namespaces = ["shop"] }, FooOperator.Build().Definition);

        var all = app.Services.GetPermissionRequirements();

        Assert.Equal(
            [
                "deployments.apps: create delete get list patch watch in shop",
                "events: create patch in shop",
                "foos.samplecontroller.k8s.io/finalizers: update in shop",
                "foos.samplecontroller.k8s.io/status: patch in shop",
                "foos.samplecontroller.k8s.io: get list watch in shop",
                "leases.coordination.k8s.io: create delete list patch in default",
                "orleansclusters.orleansoperator.io/status: update in default",
                "orleansclusters.orleansoperator.io: create get list watch in default",
            ],
            all.GroupBy(permission => permission.QualifiedResource)
                .Select(group => $"{group.Key}: {string.Join(' ', group.Select(permission => permission.Verb).Order())} in {group.SelectMany(permission => permission.Namespaces).Distinct().Single()}")
                .Order(StringComparer.Ordinal));
        Assert.All(all, permission => Assert.Equal(permission.Namespaces is ["default"] ? PermissionScope.Own : PermissionScope.Watched, permission.Scope));
    }

    [Fact]
    public async Task A_silo_on_its_own_needs_nothing_for_membership()
    {
        await using var app = SiloHost.Build(new SiloSettings { Master = new Uri("http://127.0.0.1:1"), Clustering = ClusteringKind.Localhost }, FooOperator.Build().Definition);

        Assert.DoesNotContain(app.Services.GetPermissionRequirements(), permission => permission.Scope == PermissionScope.Own);
    }
}
