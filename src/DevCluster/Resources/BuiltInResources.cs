using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>The kinds that are there without a CRD.</summary>
internal static class BuiltInResources
{
    private static readonly ScalePaths Replicas = new(["spec", "replicas"], ["status", "replicas"], ["spec", "selector"]);

    public static IEnumerable<ResourceInfo> All() =>
    [
        .. Core(), .. Apps(), .. Batch(), .. Autoscaling(), .. Policies(), .. Rbac(), .. Others(),
    ];

    private static IEnumerable<ResourceInfo> Core() =>
    [
        Kind("v1", "namespaces", "Namespace", new NamespaceRules(), "ns") with { Namespaced = false, HasStatus = true },
        Kind("v1", "pods", "Pod", new PodRules(), "po") with { HasStatus = true, Categories = ["all"] },
        Kind("v1", "services", "Service", new ServiceRules(), "svc") with { HasStatus = true, Categories = ["all"] },
        Kind("v1", "serviceaccounts", "ServiceAccount", new BuiltInRules("core/ServiceAccount"), "sa"),
        Kind("v1", "secrets", "Secret", new SecretRules()),
        Kind("v1", "configmaps", "ConfigMap", new ConfigMapRules(), "cm"),
        Kind("v1", "events", "Event", new EventRules(), "ev"),
        Kind("v1", "endpoints", "Endpoints", new BuiltInRules("core/Endpoints"), "ep") with { Singular = "endpoints" },
        Kind("v1", "nodes", "Node", new BuiltInRules("core/Node"), "no") with { Namespaced = false, HasStatus = true },
        Kind("v1", "persistentvolumes", "PersistentVolume", new BuiltInRules("core/PersistentVolume"), "pv") with { Namespaced = false, HasStatus = true },
        Kind("v1", "persistentvolumeclaims", "PersistentVolumeClaim", new BuiltInRules("core/PersistentVolumeClaim"), "pvc") with { HasStatus = true },
        Kind("v1", "resourcequotas", "ResourceQuota", new BuiltInRules("core/ResourceQuota"), "quota") with { HasStatus = true },
        Kind("v1", "limitranges", "LimitRange", new BuiltInRules("core/LimitRange"), "limits"),
    ];

    private static IEnumerable<ResourceInfo> Apps() =>
    [
        Kind("apps/v1", "deployments", "Deployment", new DeploymentRules(), "deploy") with { HasStatus = true, Categories = ["all"], Scale = Replicas },
        Kind("apps/v1", "statefulsets", "StatefulSet", new WorkloadRules("apps/StatefulSet"), "sts") with { HasStatus = true, Categories = ["all"], Scale = Replicas },
        Kind("apps/v1", "replicasets", "ReplicaSet", new WorkloadRules("apps/ReplicaSet"), "rs") with { HasStatus = true, Categories = ["all"], Scale = Replicas },
        Kind("apps/v1", "daemonsets", "DaemonSet", new WorkloadRules("apps/DaemonSet"), "ds") with { HasStatus = true, Categories = ["all"] },
        Kind("apps/v1", "controllerrevisions", "ControllerRevision", new BuiltInRules("apps/ControllerRevision")),
    ];

    private static IEnumerable<ResourceInfo> Batch() =>
    [
        Kind("batch/v1", "jobs", "Job", new WorkloadRules("batch/Job")) with { HasStatus = true, Categories = ["all"] },
        Kind("batch/v1", "cronjobs", "CronJob", new WorkloadRules("batch/CronJob"), "cj") with { HasStatus = true, Categories = ["all"] },
    ];

    private static IEnumerable<ResourceInfo> Autoscaling() =>
    [
        Kind("autoscaling/v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", new BuiltInRules("autoscaling-v2/HorizontalPodAutoscaler"), "hpa") with
        {
            HasStatus = true,
            Categories = ["all"],
        },
        Kind("autoscaling/v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", new OldAutoscalerRules(), "hpa") with
        {
            HasStatus = true,
            Categories = ["all"],
            StoredAs = "horizontalpodautoscalers.autoscaling",
        },
    ];

    private static IEnumerable<ResourceInfo> Policies() =>
    [
        Kind("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget", new WorkloadRules("policy/PodDisruptionBudget"), "pdb") with { HasStatus = true },
        Kind("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", new WorkloadRules("networking/NetworkPolicy"), "netpol"),
        Kind("networking.k8s.io/v1", "ingresses", "Ingress", new WorkloadRules("networking/Ingress"), "ing") with { HasStatus = true },
        Kind("networking.k8s.io/v1", "ingressclasses", "IngressClass", new WorkloadRules("networking/IngressClass")) with { Namespaced = false },
        Kind("scheduling.k8s.io/v1", "priorityclasses", "PriorityClass", new WorkloadRules("scheduling/PriorityClass"), "pc") with { Namespaced = false },
        Kind("flowcontrol.apiserver.k8s.io/v1", "flowschemas", "FlowSchema", new WorkloadRules("flowcontrol/FlowSchema")) with { Namespaced = false, HasStatus = true },
        Kind("flowcontrol.apiserver.k8s.io/v1", "prioritylevelconfigurations", "PriorityLevelConfiguration", new WorkloadRules("flowcontrol/PriorityLevelConfiguration")) with
        {
            Namespaced = false,
            HasStatus = true,
        },
    ];

    private static IEnumerable<ResourceInfo> Rbac() =>
    [
        Kind("rbac.authorization.k8s.io/v1", "roles", "Role", new BuiltInRules("rbac/Role")),
        Kind("rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding", new BuiltInRules("rbac/RoleBinding")),
        Kind("rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", new BuiltInRules("rbac/ClusterRole")) with { Namespaced = false },
        Kind("rbac.authorization.k8s.io/v1", "clusterrolebindings", "ClusterRoleBinding", new BuiltInRules("rbac/ClusterRoleBinding")) with { Namespaced = false },
    ];

    private static IEnumerable<ResourceInfo> Others() =>
    [
        Kind("events.k8s.io/v1", "events", "Event", new NewEventRules(), "ev") with { StoredAs = "events" },
        Kind("coordination.k8s.io/v1", "leases", "Lease", new LeaseRules()),
        Kind("storage.k8s.io/v1", "storageclasses", "StorageClass", new BuiltInRules("storage/StorageClass"), "sc") with { Namespaced = false },
        Kind("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", new WorkloadRules("discovery/EndpointSlice")),
        Kind("apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition", new CrdRules(), "crd", "crds") with { Namespaced = false, HasStatus = true },
        Kind("authorization.k8s.io/v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", new KindRules()) with { Namespaced = false, CreateOnly = true },
        Kind("authorization.k8s.io/v1", "subjectaccessreviews", "SubjectAccessReview", new KindRules()) with { Namespaced = false, CreateOnly = true },
    ];

    private static ResourceInfo Kind(string apiVersion, string plural, string kind, KindRules rules, params string[] shortNames)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "" : apiVersion[..slash];
        return new ResourceInfo
        {
            Group = group,
            Version = apiVersion[(slash + 1)..],
            Plural = plural,
            Singular = kind.ToLowerInvariant(),
            Kind = kind,
            ShortNames = shortNames,
            Rules = rules,
            Columns = BuiltInColumns.Of(group, kind),
        };
    }
}
