using OrleansOperator.Clustering.Kubernetes.Tests.Support;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Membership;

/// <summary>deploy/components/membership-protection: the membership of silos that run is not deleted by mistake.</summary>
public sealed class DeletionPolicyTests
{
    private const string Name = "orders";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_table_with_active_silos_is_deleted_only_when_it_is_annotated()
    {
        await using var membership = await MembershipFixture.StartAsync(Name);
        await membership.Api.Server.ApplyAsync(ApiServer.Resource("membership-protection.yaml"), Token);
        await membership.InsertAsync(Entries.New());

        Assert.Contains("The OrleansCluster has active silos, which would all end.", await membership.Api.RefusalToDeleteClusterAsync(Name), StringComparison.Ordinal);
        await membership.Api.AnnotateClusterAsync(Name, "orleansoperator.io/allow-deletion");
        Assert.Null(await membership.Api.RefusalToDeleteClusterAsync(Name));
    }

    [Theory]
    [InlineData(SiloStatus.Dead)]
    [InlineData(null)]
    public async Task A_table_without_active_silos_is_deleted(SiloStatus? status)
    {
        await using var membership = await MembershipFixture.StartAsync(Name);
        await membership.Api.Server.ApplyAsync(ApiServer.Resource("membership-protection.yaml"), Token);
        if (status is { } known)
            await membership.InsertAsync(Entries.New(known));

        Assert.Null(await membership.Api.RefusalToDeleteClusterAsync(Name));
    }
}
