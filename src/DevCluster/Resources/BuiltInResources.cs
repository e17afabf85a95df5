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
            Columns = [Column("Status", "string", "status", "phase"), TableColumn.Age],
        };
        yield return Core("pods", "Pod", new BuiltInRules(typeof(V1Pod)), "po") with
        {
            HasStatus = true,
            Categories = ["all"],
            Columns = [Column("Status", "string", "status", "phase"), Column("IP", "string", "status", "podIP"), TableColumn.Age],
        };
        yield return Core("services", "Service", new BuiltInRules(typeof(V1Service)), "svc") with
        {
            HasStatus = true,
            Categories = ["all"],
            Columns = [Column("Type", "string", "spec", "type"), Column("Cluster-IP", "string", "spec", "clusterIP"), TableColumn.Age],
        };
        yield return Core("serviceaccounts", "ServiceAccount", new BuiltInRules(typeof(V1ServiceAccount)), "sa");
        yield return Core("secrets", "Secret", new BuiltInRules(typeof(V1Secret))) with
        {
            Columns = [Column("Type", "string", "type"), TableColumn.Age],
        };
        yield return Core("configmaps", "ConfigMap", new BuiltInRules(typeof(V1ConfigMap)), "cm") with
        {
            Columns = [new TableColumn("Data", "integer", obj => (obj.Object("data")?.Count ?? 0) + (obj.Object("binaryData")?.Count ?? 0)), TableColumn.Age],
        };
        yield return Core("events", "Event", new EventRules(), "ev") with { Columns = EventColumns("involvedObject", "message") };
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
            Columns = EventColumns("regarding", "note"),
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
            Columns =
            [
                new TableColumn("Ready", "string", obj => $"{obj["status"].Number("readyReplicas") ?? 0}/{obj["spec"].Number("replicas") ?? 0}"),
                new TableColumn("Up-to-date", "integer", obj => obj["status"].Number("updatedReplicas") ?? 0),
                new TableColumn("Available", "integer", obj => obj["status"].Number("availableReplicas") ?? 0),
                TableColumn.Age,
            ],
        };
        yield return new ResourceInfo
        {
            Group = "coordination.k8s.io",
            Version = "v1",
            Plural = "leases",
            Singular = "lease",
            Kind = "Lease",
            Rules = new LeaseRules(),
            Columns = [Column("Holder", "string", "spec", "holderIdentity"), TableColumn.Age],
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
            Columns = [new TableColumn("Created At", "date", obj => obj.Dig("metadata", "creationTimestamp")?.DeepClone())],
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

    private static TableColumn Column(string name, string type, params string[] path) =>
        new(name, type, obj => obj.Dig(path)?.DeepClone());

    private static IReadOnlyList<TableColumn> EventColumns(string about, string message) =>
    [
        new TableColumn("Last Seen", "date", obj => (obj["lastTimestamp"] ?? obj["deprecatedLastTimestamp"] ?? obj["eventTime"])?.DeepClone()),
        Column("Type", "string", "type"),
        Column("Reason", "string", "reason"),
        new TableColumn("Object", "string", obj => $"{obj[about].Text("kind")?.ToLowerInvariant()}/{obj[about].Text("name")}"),
        Column("Message", "string", message),
    ];
}
