using k8s.Models;
using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>The kinds that are there without a CRD.</summary>
internal static class BuiltInResources
{
    public static IEnumerable<ResourceInfo> All()
    {
        yield return Core("namespaces", "Namespace", new NamespaceRules(), "ns") with
        {
            Namespaced = false,
            HasStatus = true,
            Columns = BuiltInColumns.Namespaces,
        };
        yield return Core("pods", "Pod", new PodRules(), "po") with
        {
            HasStatus = true,
            Categories = ["all"],
            Columns = BuiltInColumns.Pods,
        };
        yield return Core("services", "Service", new ServiceRules(), "svc") with
        {
            HasStatus = true,
            Categories = ["all"],
            Columns = BuiltInColumns.Services,
        };
        yield return Core("serviceaccounts", "ServiceAccount", new BuiltInRules(typeof(V1ServiceAccount)), "sa") with { Columns = BuiltInColumns.ServiceAccounts };
        yield return Core("secrets", "Secret", new SecretRules()) with { Columns = BuiltInColumns.Secrets };
        yield return Core("configmaps", "ConfigMap", new ConfigMapRules(), "cm") with { Columns = BuiltInColumns.ConfigMaps };
        yield return Core("events", "Event", new EventRules(), "ev") with { Columns = BuiltInColumns.Events("involvedObject", "message") };
        yield return new ResourceInfo
        {
            Group = "events.k8s.io",
            Version = "v1",
            Plural = "events",
            Singular = "event",
            Kind = "Event",
            ShortNames = ["ev"],
            Rules = new NewEventRules(),
            StoredAs = "events",
            Columns = BuiltInColumns.Events("regarding", "note"),
        };
        yield return new ResourceInfo
        {
            Group = "apps",
            Version = "v1",
            Plural = "deployments",
            Singular = "deployment",
            Kind = "Deployment",
            ShortNames = ["deploy"],
            Categories = ["all"],
            HasStatus = true,
            Scale = new ScalePaths(["spec", "replicas"], ["status", "replicas"], ["spec", "selector"]),
            Rules = new DeploymentRules(),
            Columns = BuiltInColumns.Deployments,
        };
        yield return new ResourceInfo
        {
            Group = "coordination.k8s.io",
            Version = "v1",
            Plural = "leases",
            Singular = "lease",
            Kind = "Lease",
            Rules = new LeaseRules(),
            Columns = BuiltInColumns.Leases,
        };
        yield return new ResourceInfo
        {
            Group = "apiextensions.k8s.io",
            Version = "v1",
            Plural = "customresourcedefinitions",
            Singular = "customresourcedefinition",
            Kind = "CustomResourceDefinition",
            ShortNames = ["crd", "crds"],
            Namespaced = false,
            HasStatus = true,
            Rules = new CrdRules(),
            Columns = BuiltInColumns.Crds,
        };
        foreach (var (plural, kind, namespaced) in new[] { ("selfsubjectaccessreviews", "SelfSubjectAccessReview", false), ("subjectaccessreviews", "SubjectAccessReview", false) })
        {
            yield return new ResourceInfo
            {
                Group = "authorization.k8s.io",
                Version = "v1",
                Plural = plural,
                Singular = kind.ToLowerInvariant(),
                Kind = kind,
                Namespaced = namespaced,
                CreateOnly = true,
                Rules = new KindRules(),
            };
        }
    }

    private static ResourceInfo Core(string plural, string kind, KindRules rules, params string[] shortNames) => new()
    {
        Group = "",
        Version = "v1",
        Plural = plural,
        Singular = kind.ToLowerInvariant(),
        Kind = kind,
        ShortNames = shortNames,
        Rules = rules,
    };
}
