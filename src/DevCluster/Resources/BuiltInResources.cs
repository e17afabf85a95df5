using OrleansOperator.DevCluster.BuiltIns;
using OrleansOperator.DevCluster.Tables;

namespace OrleansOperator.DevCluster.Resources;

/// <summary>The kinds that are there without a CRD.</summary>
internal static class BuiltInResources
{
    private static readonly ScalePaths Replicas = new(["spec", "replicas"], ["status", "replicas"], ["spec", "selector"]);

    private static readonly string[] Changes = ["get", "patch", "update"];

    private static readonly string[] OfPods =
    [
        "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName", "spec.hostNetwork", "status.phase", "status.podIP",
        "status.nominatedNodeName",
    ];

    private static readonly string[] OfEvents =
    [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid", "involvedObject.apiVersion",
        "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason", "reportingComponent", "source", "type",
    ];

    public static IEnumerable<ResourceInfo> All() =>
    [
        .. Core(), .. Apps(), .. Batch(), .. Autoscaling(), .. Policies(), .. Rbac(), .. Admission(), .. Others(),
    ];

    private static IEnumerable<ResourceInfo> Core() =>
    [
        Kind("v1", "namespaces", "Namespace", new BuiltInRules("core/Namespace") { NameRule = Names.DnsLabel, Selectable = ["name", "status.phase"] }, "ns") with
        {
            Namespaced = false,
            HasStatus = true,
            Subresources = [new("finalize", "Namespace", ["update"])],
        },
        Kind("v1", "pods", "Pod", new BuiltInRules("core/Pod") { Generation = Generation.Spec, Selectable = OfPods, Deletes = Deletes.Returning }, "po") with
        {
            HasStatus = true,
            Categories = ["all"],
            Subresources =
            [
                new("binding", "Binding", ["create"]), new("ephemeralcontainers", "Pod", Changes), new("eviction", "Eviction", ["create"], "policy"),
                new("resize", "Pod", Changes),
            ],
        },
        Kind("v1", "services", "Service", new BuiltInRules("core/Service") { NameRule = Names.DnsLabel, Selectable = ["spec.clusterIP", "spec.type"], CreatesOnUpdate = true, Deletes = Deletes.Returning }, "svc") with
        {
            HasStatus = true,
            Categories = ["all"],
        },
        Kind("v1", "serviceaccounts", "ServiceAccount", new BuiltInRules("core/ServiceAccount") { Deletes = Deletes.Returning }, "sa") with
        {
            Subresources = [new("token", "TokenRequest", ["create"], "authentication.k8s.io")],
        },
        Kind("v1", "secrets", "Secret", new BuiltInRules("core/Secret") { Selectable = ["type"] }),
        Kind("v1", "configmaps", "ConfigMap", new BuiltInRules("core/ConfigMap"), "cm"),
        Kind("v1", "events", "Event", new BuiltInRules("core/Event") { Selectable = OfEvents, CreatesOnUpdate = true, Deletes = Deletes.WithoutDependents }, "ev"),
        Kind("v1", "endpoints", "Endpoints", new BuiltInRules("core/Endpoints") { CreatesOnUpdate = true }, "ep") with { Singular = "endpoints" },
        Kind("v1", "nodes", "Node", new BuiltInRules("core/Node") { Selectable = ["spec.unschedulable"] }, "no") with { Namespaced = false, HasStatus = true },
        Kind("v1", "persistentvolumes", "PersistentVolume", new BuiltInRules("core/PersistentVolume") { Deletes = Deletes.Returning }, "pv") with { Namespaced = false, HasStatus = true },
        Kind("v1", "persistentvolumeclaims", "PersistentVolumeClaim", new BuiltInRules("core/PersistentVolumeClaim") { Deletes = Deletes.Returning }, "pvc") with { HasStatus = true },
        Kind("v1", "replicationcontrollers", "ReplicationController", new BuiltInRules("core/ReplicationController") { Generation = Generation.Spec, Selectable = ["status.replicas"], Deletes = Deletes.Orphaning }, "rc") with
        {
            HasStatus = true,
            Categories = ["all"],
            Scale = Replicas,
        },
        Kind("v1", "podtemplates", "PodTemplate", new BuiltInRules("core/PodTemplate") { Generation = Generation.ContentAndLabels, Deletes = Deletes.Returning }),
        Kind("v1", "resourcequotas", "ResourceQuota", new BuiltInRules("core/ResourceQuota") { Deletes = Deletes.Returning }, "quota") with { HasStatus = true },
        Kind("v1", "limitranges", "LimitRange", new BuiltInRules("core/LimitRange") { CreatesOnUpdate = true }, "limits"),
    ];

    private static IEnumerable<ResourceInfo> Apps() =>
    [
        Kind("apps/v1", "deployments", "Deployment", new BuiltInRules("apps/Deployment") { Generation = Generation.SpecAndAnnotations }, "deploy") with
        {
            HasStatus = true,
            Categories = ["all"],
            Scale = Replicas,
        },
        Kind("apps/v1", "statefulsets", "StatefulSet", new BuiltInRules("apps/StatefulSet") { Generation = Generation.Spec, NameRule = Names.DnsLabel }, "sts") with
        {
            HasStatus = true,
            Categories = ["all"],
            Scale = Replicas,
        },
        Kind("apps/v1", "replicasets", "ReplicaSet", new BuiltInRules("apps/ReplicaSet") { Generation = Generation.Spec, Selectable = ["status.replicas"] }, "rs") with
        {
            HasStatus = true,
            Categories = ["all"],
            Scale = Replicas,
        },
        Kind("apps/v1", "daemonsets", "DaemonSet", new BuiltInRules("apps/DaemonSet") { Generation = Generation.Spec }, "ds") with { HasStatus = true, Categories = ["all"] },
        Kind("apps/v1", "controllerrevisions", "ControllerRevision", new BuiltInRules("apps/ControllerRevision")),
    ];

    private static IEnumerable<ResourceInfo> Batch() =>
    [
        Kind("batch/v1", "jobs", "Job", new BuiltInRules("batch/Job") { Generation = Generation.Spec, Selectable = ["status.successful"], Deletes = Deletes.Orphaning }) with { HasStatus = true, Categories = ["all"] },
        Kind("batch/v1", "cronjobs", "CronJob", new BuiltInRules("batch/CronJob") { Generation = Generation.Spec }, "cj") with { HasStatus = true, Categories = ["all"] },
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
        Kind("policy/v1", "poddisruptionbudgets", "PodDisruptionBudget", new BuiltInRules("policy/PodDisruptionBudget") { Generation = Generation.Spec, NeedsVersion = true }, "pdb") with
        {
            HasStatus = true,
        },
        Kind("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy", new BuiltInRules("networking/NetworkPolicy") { Generation = Generation.Spec }, "netpol"),
        Kind("networking.k8s.io/v1", "ingresses", "Ingress", new BuiltInRules("networking/Ingress") { Generation = Generation.Spec }, "ing") with { HasStatus = true },
        Kind("networking.k8s.io/v1", "ingressclasses", "IngressClass", new BuiltInRules("networking/IngressClass") { Generation = Generation.Spec }) with { Namespaced = false },
        Kind("scheduling.k8s.io/v1", "priorityclasses", "PriorityClass", new BuiltInRules("scheduling/PriorityClass") { Generation = Generation.Constant }, "pc") with { Namespaced = false },
        Kind("flowcontrol.apiserver.k8s.io/v1", "flowschemas", "FlowSchema", new BuiltInRules("flowcontrol/FlowSchema") { Generation = Generation.Spec }) with { Namespaced = false, HasStatus = true },
        Kind("flowcontrol.apiserver.k8s.io/v1", "prioritylevelconfigurations", "PriorityLevelConfiguration", new BuiltInRules("flowcontrol/PriorityLevelConfiguration") { Generation = Generation.Spec }) with
        {
            Namespaced = false,
            HasStatus = true,
        },
    ];

    private static IEnumerable<ResourceInfo> Rbac() =>
    [
        Kind("rbac.authorization.k8s.io/v1", "roles", "Role", Rbac("rbac/Role")),
        Kind("rbac.authorization.k8s.io/v1", "rolebindings", "RoleBinding", Rbac("rbac/RoleBinding")),
        Kind("rbac.authorization.k8s.io/v1", "clusterroles", "ClusterRole", Rbac("rbac/ClusterRole")) with { Namespaced = false },
        Kind("rbac.authorization.k8s.io/v1", "clusterrolebindings", "ClusterRoleBinding", Rbac("rbac/ClusterRoleBinding")) with { Namespaced = false },
    ];

    private static IEnumerable<ResourceInfo> Admission() =>
    [
        Admission("validatingwebhookconfigurations", "ValidatingWebhookConfiguration") with { Categories = ["api-extensions"] },
        Admission("mutatingwebhookconfigurations", "MutatingWebhookConfiguration") with { Categories = ["api-extensions"] },
        Admission("validatingadmissionpolicies", "ValidatingAdmissionPolicy") with { HasStatus = true },
        Admission("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding"),
        Admission("mutatingadmissionpolicies", "MutatingAdmissionPolicy"),
        Admission("mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding"),
    ];

    private static ResourceInfo Admission(string plural, string kind) => Kind(
        "admissionregistration.k8s.io/v1", plural, kind,
        new BuiltInRules($"admissionregistration/{kind}") { Generation = kind.EndsWith("Configuration", StringComparison.Ordinal) ? Generation.ContentAndLabels : Generation.Spec, NeedsVersion = kind.EndsWith("Configuration", StringComparison.Ordinal) }) with
    {
        Namespaced = false,
    };

    private static IEnumerable<ResourceInfo> Others() =>
    [
        Kind("events.k8s.io/v1", "events", "Event", new NewEventRules(), "ev") with { StoredAs = "events" },
        Kind("coordination.k8s.io/v1", "leases", "Lease", new BuiltInRules("coordination/Lease") { NeedsVersion = true, CreatesOnUpdate = true }),
        Kind("storage.k8s.io/v1", "storageclasses", "StorageClass", new BuiltInRules("storage/StorageClass") { Deletes = Deletes.Returning }, "sc") with { Namespaced = false },
        Kind("discovery.k8s.io/v1", "endpointslices", "EndpointSlice", new BuiltInRules("discovery/EndpointSlice") { Generation = Generation.ContentAndLabels }),
        Kind("apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition", new CrdRules { Generation = Generation.Spec, NeedsVersion = true }, "crd", "crds") with { Namespaced = false, HasStatus = true },
        Review("authorization", "SelfSubjectAccessReview"), Review("authorization", "SubjectAccessReview"), Review("authorization", "SelfSubjectRulesReview"),
        Review("authorization", "LocalSubjectAccessReview") with { Namespaced = true },
        Review("authentication", "SelfSubjectReview"), Review("authentication", "TokenReview"),
    ];

    private static ResourceInfo Review(string package, string kind) =>
        Kind($"{package}.k8s.io/v1", kind.ToLowerInvariant() + "s", kind, new BuiltInRules($"{package}/{kind}")) with { Namespaced = false, CreateOnly = true };

    private static BuiltInRules Rbac(string type) => new(type) { NameRule = Names.PathSegment, CreatesOnUpdate = true };

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
