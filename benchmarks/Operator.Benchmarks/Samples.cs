using System.Text;
using System.Text.Json;
using OrleansOperator.Foos;

namespace OrleansOperator.Benchmarks;

/// <summary>A Foo and its Deployment as an API server sends them, at rest.</summary>
internal static class Samples
{
    public static byte[] FooJson { get; } = Encoding.UTF8.GetBytes("""
        {"apiVersion":"samplecontroller.k8s.io/v1alpha1","kind":"Foo","metadata":{"creationTimestamp":"2026-01-02T03:04:05Z","generation":1,"managedFields":[{"apiVersion":"samplecontroller.k8s.io/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{".":{},"f:deploymentName":{},"f:replicas":{}}},"manager":"kubectl-create","operation":"Update","time":"2026-01-02T03:04:05Z"},{"apiVersion":"samplecontroller.k8s.io/v1alpha1","fieldsType":"FieldsV1","fieldsV1":{"f:status":{".":{},"f:availableReplicas":{},"f:conditions":{},"f:observedGeneration":{},"f:selector":{}}},"manager":"orleans-operator","operation":"Update","subresource":"status","time":"2026-01-02T03:04:06Z"}],"name":"example-foo","namespace":"default","resourceVersion":"123456","uid":"1f9c0c0e-4c53-4c55-9c5f-2d6b3f0b7a11"},"spec":{"deploymentName":"example-foo","replicas":1},"status":{"availableReplicas":1,"conditions":[{"lastTransitionTime":"2026-01-02T03:04:06Z","message":"Deployment example-foo has 1 of 1 replicas available","observedGeneration":1,"reason":"DeploymentAvailable","status":"True","type":"Ready"}],"observedGeneration":1,"selector":"app=nginx,controller=example-foo"}}
        """);

    public static byte[] DeploymentJson { get; } = Encoding.UTF8.GetBytes("""
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"annotations":{"deployment.kubernetes.io/revision":"1"},"creationTimestamp":"2026-01-02T03:04:05Z","generation":1,"managedFields":[{"apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:ownerReferences":{".":{},"k:{\"uid\":\"1f9c0c0e-4c53-4c55-9c5f-2d6b3f0b7a11\"}":{}}},"f:spec":{"f:progressDeadlineSeconds":{},"f:replicas":{},"f:revisionHistoryLimit":{},"f:selector":{},"f:strategy":{"f:rollingUpdate":{".":{},"f:maxSurge":{},"f:maxUnavailable":{}},"f:type":{}},"f:template":{"f:metadata":{"f:labels":{".":{},"f:app":{},"f:controller":{}}},"f:spec":{"f:containers":{"k:{\"name\":\"nginx\"}":{".":{},"f:image":{},"f:imagePullPolicy":{},"f:name":{},"f:resources":{},"f:terminationMessagePath":{},"f:terminationMessagePolicy":{}}},"f:dnsPolicy":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},"f:terminationGracePeriodSeconds":{}}}}},"manager":"orleans-operator","operation":"Update","time":"2026-01-02T03:04:05Z"},{"apiVersion":"apps/v1","fieldsType":"FieldsV1","fieldsV1":{"f:status":{"f:availableReplicas":{},"f:observedGeneration":{},"f:readyReplicas":{},"f:replicas":{},"f:updatedReplicas":{}}},"manager":"kube-controller-manager","operation":"Update","subresource":"status","time":"2026-01-02T03:04:06Z"}],"name":"example-foo","namespace":"default","ownerReferences":[{"apiVersion":"samplecontroller.k8s.io/v1alpha1","blockOwnerDeletion":true,"controller":true,"kind":"Foo","name":"example-foo","uid":"1f9c0c0e-4c53-4c55-9c5f-2d6b3f0b7a11"}],"resourceVersion":"123450","uid":"7d0e0a43-93a8-4a51-8b58-5d2f4b8d6c22"},"spec":{"progressDeadlineSeconds":600,"replicas":1,"revisionHistoryLimit":10,"selector":{"matchLabels":{"app":"nginx","controller":"example-foo"}},"strategy":{"rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"},"type":"RollingUpdate"},"template":{"metadata":{"labels":{"app":"nginx","controller":"example-foo"}},"spec":{"containers":[{"image":"nginx:latest","imagePullPolicy":"Always","name":"nginx","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"dnsPolicy":"ClusterFirst","restartPolicy":"Always","schedulerName":"default-scheduler","securityContext":{},"terminationGracePeriodSeconds":30}}},"status":{"availableReplicas":1,"conditions":[{"lastTransitionTime":"2026-01-02T03:04:06Z","lastUpdateTime":"2026-01-02T03:04:06Z","message":"Deployment has minimum availability.","reason":"MinimumReplicasAvailable","status":"True","type":"Available"}],"observedGeneration":1,"readyReplicas":1,"replicas":1,"updatedReplicas":1}}
        """);

    public static FooSnapshot Foo { get; } = DecodeFoo();

    public static DeploymentSnapshot Deployment { get; } = DecodeDeployment();

    public static FooSnapshot DecodeFoo()
    {
        var reader = new Utf8JsonReader(FooJson);
        reader.Read();
        return (FooSnapshot)FooDecoder.Decode(ref reader);
    }

    public static DeploymentSnapshot DecodeDeployment()
    {
        var reader = new Utf8JsonReader(DeploymentJson);
        reader.Read();
        return (DeploymentSnapshot)DeploymentDecoder.Decode(ref reader);
    }
}
