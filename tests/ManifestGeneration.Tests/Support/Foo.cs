using System.ComponentModel;
using System.Text.Json.Serialization;
using OrleansOperator.KubeApi;
using OrleansOperator.ManifestGeneration.Definitions;
using OrleansOperator.Schema;

namespace OrleansOperator.ManifestGeneration.Tests.Support;

/// <summary>A Foo as types: what deploy/crds/foo.yaml says.</summary>
[Description("A Foo is a Deployment of nginx that is kept as the spec says: recreated when it is deleted, corrected when it is edited, and garbage collected with the Foo.")]
[ShortNames("fo")]
[Categories("all")]
[ApiApproved("unapproved, experimental-only")]
[ValidationRule(
    "oldSelf.hasValue() || self.metadata.name.size() <= 63", OptionalOldSelf = true,
    Message = "the name of a Foo may have at most 63 characters: it is the value of a label of the Deployment's pods")]
[Scale(".spec.replicas", ".status.availableReplicas", Selector = ".status.selector")]
[PrinterColumn("Deployment", ".spec.deploymentName", Description = "Name of the Deployment.")]
[PrinterColumn("Replicas", ".spec.replicas", Description = "Replicas that are wanted; empty when they are left to others.")]
[PrinterColumn("Available", ".status.availableReplicas", Description = "Replicas that are available.")]
[PrinterColumn("Ready", """.status.conditions[?(@.type=="Ready")].status""", Description = "Whether all replicas are available.")]
[PrinterColumn("Reason", """.status.conditions[?(@.type=="Ready")].reason""", Description = "Why it is ready or not.", Priority = 1)]
[PrinterColumn("Message", """.status.conditions[?(@.type=="Ready")].message""", Description = "Why it is ready or not, for people.", Priority = 1)]
[PrinterColumn("Age", ".metadata.creationTimestamp")]
internal sealed record Foo(
    [Description("What is wanted.")] FooSpec? Spec,
    [Description("What is there. Written by the operator.")] FooStatus? Status)
{
    public static KindDefinition Kind { get; } = new(new ResourceType("samplecontroller.k8s.io", "v1alpha1", "foos", "Foo"), typeof(Foo), FooJson.Default);
}

internal sealed record FooSpec
{
    [Description("Name of the Deployment, in the namespace of the Foo. It is created if there is none. If one of that name belongs to somebody else, it is left alone, and the Ready condition says so. When the name is changed, the Deployment of the new name is created before the one of the old name is deleted.")]
    [MaxLength(253)]
    [ValidationRule(
        "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')",
        Message = "must be a DNS subdomain, as names of Deployments are: lower case letters, digits, '-' and '.', such as 'example-foo'")]
    public required string DeploymentName { get; init; }

    [Description("Number of pods, from 1 to 10. Without it, the Deployment is created with one replica, and its replicas are left to others from then on, such as a HorizontalPodAutoscaler of the Deployment. A HorizontalPodAutoscaler of the Foo itself, as kubectl scale does, writes this field; it needs a value to begin with.")]
    [Minimum(1), Maximum(10)]
    public int? Replicas { get; init; }
}

internal sealed record FooStatus
{
    [Description("Number of pods of the Deployment that have been ready for its minReadySeconds. The scale subresource shows it as status.replicas.")]
    public int? AvailableReplicas { get; init; }

    [Description("Label selector of the Foo's pods, in the form that kubectl get pods -l takes. A HorizontalPodAutoscaler of the Foo finds their metrics by it, through the scale subresource.")]
    public string? Selector { get; init; }

    [Description("The metadata.generation of the Foo that this status is about. If it is less than the current one, the operator has not yet reacted to the latest change of the spec.")]
    public long? ObservedGeneration { get; init; }

    [Description("Conditions of the Foo, by type. The operator writes Ready, and keeps the conditions of others.")]
    [ListType(ListType.Map, "type")]
    public IReadOnlyList<FooCondition>? Conditions { get; init; }
}

[Description("One aspect of the state of the Foo. Ready is True when the Deployment has all its replicas available, and False while it has not or cannot get them; reason and message tell why.")]
internal sealed record FooCondition
{
    [Description("Name of the condition, such as Ready."), MaxLength(316)]
    public required string Type { get; init; }

    [Description("Whether it holds."), Enum("True", "False", "Unknown")]
    public required string Status { get; init; }

    [Description("The metadata.generation of the Foo that this condition is about."), Minimum(0)]
    public long ObservedGeneration { get; init; }

    [Description("When the status of the condition last changed.")]
    public required DateTimeOffset LastTransitionTime { get; init; }

    [Description("Why it has this status, in one word for programs. For Ready: DeploymentAvailable, Progressing, ErrResourceExists (the Deployment belongs to somebody else), DeploymentInvalid, QuotaExceeded, AdmissionDenied and PermissionMissing (the API server refuses it), ChangedByAdmission (it is changed back whenever it is written), ApiServerUnavailable, DeploymentNameMissing, DeploymentNameInvalid.")]
    [MinLength(1), MaxLength(1024)]
    public required string Reason { get; init; }

    [Description("Why it has this status, for people."), MaxLength(32768)]
    public required string Message { get; init; }
}

[JsonSerializable(typeof(Foo))]
internal sealed partial class FooJson : JsonSerializerContext;
