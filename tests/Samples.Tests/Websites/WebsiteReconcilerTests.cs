using OrleansOperator.Grains.Interfaces;
using OrleansOperator.Samples.Websites;

namespace OrleansOperator.Samples.Tests.Websites;

/// <summary>What a website calls for: a table, without a cluster.</summary>
public sealed class WebsiteReconcilerTests
{
    private static readonly Website Site = new() { Key = new ObjectKey("shop", "home"), Spec = new WebsiteSpec { Html = "<h1>Hello</h1>", Replicas = 2, Port = 8080 } };

    [Fact]
    public void A_website_calls_for_a_ConfigMap_a_Deployment_and_a_Service_of_its_name()
    {
        var plan = new WebsiteReconciler().Reconcile(Site, Known.Nothing);

        Assert.Equal([typeof(ConfigMap), typeof(Deployment), typeof(Service)], plan.Wanted.Select(wanted => wanted.GetType()));
        Assert.All(plan.Wanted, wanted => Assert.Equal(Site.Key, wanted.Key));
    }

    [Fact]
    public void A_website_without_a_port_has_no_Service()
    {
        var plan = new WebsiteReconciler().Reconcile(Site with { Spec = Site.Spec with { Port = null } }, Known.Nothing);

        Assert.DoesNotContain(plan.Wanted, wanted => wanted is Service);
        Assert.Equal([typeof(Service)], plan.Pruned);
    }

    [Fact]
    public void A_website_without_a_page_stalls()
    {
        var plan = new WebsiteReconciler().Reconcile(Site with { Spec = new WebsiteSpec() }, Known.Nothing);

        Assert.Equal((true, "HtmlMissing"), (plan.IsStalled, plan.Readiness?.Reason));
    }

    [Theory]
    [InlineData(1, 2, 2, "False")]
    [InlineData(2, 1, 2, "False")]
    [InlineData(2, 2, 1, "False")]
    [InlineData(2, 2, 2, "True")]
    public void A_website_is_ready_when_pods_of_its_current_page_are_available(long observed, int updated, int available, string ready)
    {
        var deployment = new Deployment
        {
            Key = Site.Key,
            Generation = 2,
            Status = new DeploymentStatus { ObservedGeneration = observed, UpdatedReplicas = updated, AvailableReplicas = available },
        };

        Assert.Equal(ready, new WebsiteReconciler().Reconcile(Site, Known.Exactly(deployment)).Readiness?.Status);
    }

    [Fact]
    public void Another_page_calls_for_other_pods() => Assert.NotEqual(Hash(Site), Hash(Site with { Spec = Site.Spec with { Html = "<h1>Bye</h1>" } }));

    private static string Hash(Website site) =>
        new WebsiteReconciler().Reconcile(site, Known.Nothing).Wanted.OfType<Deployment>().Single().Spec!.Template!.Metadata!.Annotations![WebsiteReconciler.HtmlHash];
}
