using System.Text.Json.Nodes;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>What is sent to the API server, to the letter.</summary>
public sealed class FooBodiesTests
{
    [Theory]
    [InlineData(3, "\"replicas\":3,")]
    [InlineData(0, "\"replicas\":0,")]
    [InlineData(null, "")]
    public void The_Deployment_is_sample_controllers_with_the_Foo_as_its_controller(int? replicas, string field) =>
        Same(
            """
            {"apiVersion":"apps/v1","kind":"Deployment",
             "metadata":{"name":"web","namespace":"default","ownerReferences":[{"apiVersion":"samplecontroller.k8s.io/v1alpha1","kind":"Foo","name":"foo","uid":"uid-of-foo","controller":true,"blockOwnerDeletion":true}]},
             "spec":{FIELD"selector":{"matchLabels":{"app":"nginx","controller":"foo"}},
               "template":{"metadata":{"labels":{"app":"nginx","controller":"foo"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}}
            """.Replace("FIELD", field, StringComparison.Ordinal),
            Bodies.Create(FooController.Deployments, Given.Wanted(replicas), FooController.Foos, Given.Foo(replicas)));

    [Theory]
    [InlineData(2, false, false, false, """{"replicas":2}""")]
    [InlineData(null, true, false, false, """{"template":{"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}""")]
    [InlineData(null, false, true, false, """{"template":{"metadata":{"labels":{"app":"nginx"}}}}""")]
    [InlineData(null, false, false, true, """{"template":{"metadata":{"labels":{"controller":"foo"}}}}""")]
    [InlineData(2, true, true, true, """{"replicas":2,"template":{"metadata":{"labels":{"app":"nginx","controller":"foo"}},"spec":{"containers":[{"name":"nginx","image":"nginx:latest"}]}}}""")]
    public void A_patch_holds_what_differs_and_the_version_that_was_looked_at(int? replicas, bool image, bool app, bool controller, string spec) =>
        Same(
            """{"metadata":{"uid":"uid-of-web","resourceVersion":"50"},"spec":SPEC}""".Replace("SPEC", spec, StringComparison.Ordinal),
            Bodies.Patch(Given.Deployment(), Given.Patch(Given.Deployment(), replicas, image, app, controller).Difference));

    [Fact]
    public void A_deletion_is_of_exactly_one_uid_and_version() =>
        Same(
            """{"apiVersion":"v1","kind":"DeleteOptions","propagationPolicy":"Background","preconditions":{"uid":"uid-of-web","resourceVersion":"50"}}""",
            Bodies.Deletion(Given.Deployment()));

    [Fact]
    public void A_status_has_every_field_the_version_that_was_looked_at_and_others_conditions()
    {
        var foo = Given.Foo() with { Conditions = [new Condition("Checked", "True", "ByHand", "", Given.Second, 0)] };
        var status = Given.Status(0, 1, DesiredStatus.ConditionOf(foo, Ready.False(FooReasons.Progressing, "a \"quoted\" <message>"), Given.Now));

        Same(
            """
            {"metadata":{"uid":"uid-of-foo","resourceVersion":"100"},"status":{"availableReplicas":0,"observedGeneration":1,"selector":"app=nginx,controller=foo","conditions":[
              {"type":"Checked","status":"True","lastTransitionTime":"2026-01-02T03:04:05Z","reason":"ByHand","message":""},
              {"type":"Ready","status":"False","observedGeneration":1,"lastTransitionTime":"2026-01-02T03:04:05Z","reason":"Progressing","message":"a \"quoted\" <message>"}]}}
            """,
            Bodies.Status(FooController.Foos, foo, status));
    }

    private static void Same(string expected, ReadOnlyMemory<byte> body)
    {
        var sent = JsonNode.Parse(body.Span);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(expected), sent), $"sent: {sent}");
    }
}
