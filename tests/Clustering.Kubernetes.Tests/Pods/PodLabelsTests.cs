using OrleansOperator.Clustering.Kubernetes.Pods;

namespace OrleansOperator.Clustering.Kubernetes.Tests.Pods;

/// <summary>Which labels of a pod are those of its workload.</summary>
public sealed class PodLabelsTests
{
    [Theory]
    [InlineData("app.kubernetes.io/name=orders app.kubernetes.io/instance=eu app.kubernetes.io/version=1.2 pod-template-hash=x", "app.kubernetes.io/name=orders,app.kubernetes.io/instance=eu")]
    [InlineData("app.kubernetes.io/name=orders app.kubernetes.io/component=silo", "app.kubernetes.io/name=orders,app.kubernetes.io/component=silo")]
    [InlineData("app=orders controller-revision-hash=x statefulset.kubernetes.io/pod-name=orders-0", "app=orders")]
    [InlineData("controller-revision-hash=x", null)]
    [InlineData("", null)]
    public void What_names_the_workload_is_the_selector(string labels, string? selector) => Assert.Equal(selector, PodLabels.Selector(Labels(labels)));

    [Fact]
    public void A_pod_without_labels_has_none() => Assert.Null(PodLabels.Selector(null));

    [Theory]
    [InlineData("app=orders", "app=orders tier=silo", true)]
    [InlineData("app=orders, tier=web", "app=orders tier=silo", false)]
    [InlineData("app==orders", "app=orders", true)]
    [InlineData("app=orders", "", false)]
    [InlineData(null, "app=orders", true)]
    [InlineData("app in (orders)", "app=other", null)]
    [InlineData("app!=orders", "app=other", null)]
    public void Whether_a_selector_selects_is_told_for_equalities_only(string? selector, string labels, bool? selects) =>
        Assert.Equal(selects, PodLabels.Selects(selector, Labels(labels)));

    private static Dictionary<string, string> Labels(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(static label => label.Split('=')).ToDictionary(static label => label[0], static label => label[1]);
}
