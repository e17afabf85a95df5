using System.Security.Cryptography;
using System.Text;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Samples.Websites;

/// <summary>A website calls for a ConfigMap with its page, a Deployment that serves it, and, with a port, a Service.</summary>
public sealed class WebsiteReconciler : IReconciler<Website>
{
    /// <summary>Changes with the page, and so replaces the pods: a mounted ConfigMap alone would be read at some later time.</summary>
    public const string HtmlHash = "samples.orleansoperator.io/html-hash";

    private const string Page = "page";

    /// <inheritdoc/>
    public Plan Reconcile(Website obj, Known known)
    {
        if (obj.Spec.Html is not { Length: > 0 } html)
            return Plan.Stall(Ready.False("HtmlMissing", "spec.html is empty: set it to the page."));

        var deployment = known.Owned<Deployment>(obj.Key.Name);
        List<ResourceSnapshot> wanted = [PageOf(obj, html), ServerOf(obj, html)];
        if (obj.Spec.Port is { } port)
            wanted.Add(ServiceOf(obj, port));
        return Plan.Want([.. wanted])
            .Prune<Service>()
            .Status(new WebsiteStatus { AvailableReplicas = deployment?.Status?.AvailableReplicas ?? 0 })
            .Condition(ReadyOf(obj, deployment));
    }

    private static Condition ReadyOf(Website website, Deployment? deployment)
    {
        var wanted = website.Spec.Replicas ?? deployment?.Spec?.Replicas ?? 1;
        var status = deployment?.Status;
        var isNew = status?.ObservedGeneration >= deployment?.Generation && (status?.UpdatedReplicas ?? 0) >= wanted;
        return isNew && (status?.AvailableReplicas ?? 0) >= wanted
            ? Ready.True("Served", $"{wanted} pods serve the page")
            : Ready.False("Progressing", $"{status?.AvailableReplicas ?? 0} of {wanted} pods are available");
    }

    private static ConfigMap PageOf(Website website, string html) => new() { Key = website.Key, Data = new() { ["index.html"] = html } };

    private static Deployment ServerOf(Website website, string html) => new()
    {
        Key = website.Key,
        Spec = new DeploymentSpec
        {
            Replicas = website.Spec.Replicas,
            Selector = new LabelSelector(Labels(website)),
            Template = new PodTemplate(
                new PodMetadata(Labels(website), new() { [HtmlHash] = Hash(html) }),
                new PodSpec(
                    [new Container("nginx", "nginx:1.29", [new VolumeMount(Page, "/usr/share/nginx/html")])],
                    [new Volume(Page, new ConfigMapVolume(website.Key.Name))])),
        },
    };

    private static Service ServiceOf(Website website, int port) => new()
    {
        Key = website.Key,
        Spec = new ServiceSpec(Labels(website), [new ServicePort(port, 80)]),
    };

    private static Dictionary<string, string> Labels(Website website) => new() { ["website"] = website.Key.Name };

    private static string Hash(string html) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(html)).AsSpan(0, 8));
}
