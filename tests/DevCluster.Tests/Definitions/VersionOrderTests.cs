using OrleansOperator.DevCluster.Definitions;

namespace OrleansOperator.DevCluster.Tests.Definitions;

public sealed class VersionOrderTests
{
    [Fact]
    public void Versions_are_ordered_by_preference() => Assert.Equal(
        ["v10", "v2", "v1", "v11beta2", "v10beta3", "v3beta1", "v12alpha1", "v11alpha2", "foo1", "foo10"],
        new[] { "foo10", "v1", "v3beta1", "v12alpha1", "foo1", "v2", "v10beta3", "v11alpha2", "v10", "v11beta2" }.OrderByDescending(version => version, VersionOrder.Instance));
}
