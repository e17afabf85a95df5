using System.Text;
using System.Text.Json;
using OrleansOperator.Foos;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Foos;

/// <summary>What is kept of the API server's JSON, whatever else is in it.</summary>
public sealed class DecoderTests
{
    private const string Metadata = """
        "metadata":{"name":"foo","namespace":"default","uid":"u1","resourceVersion":"42","generation":3,
          "labels":{"name":"no name","uid":"no uid"},"annotations":{"spec":"{\"replicas\":9}"},
          "managedFields":[{"fieldsV1":{"f:spec":{"f:replicas":{}}}}],"ownerReferences":[OWNERS]}
        """;

    private const string Owner = """{"apiVersion":"samplecontroller.k8s.io/v1alpha1","kind":"Foo","name":"foo","uid":"f1","controller":true,"blockOwnerDeletion":true}""";

    [Fact]
    public void A_Foo_is_read_in_whole()
    {
        var foo = Foo($$$"""
            {"apiVersion":"samplecontroller.k8s.io/v1alpha1","kind":"Foo",{{{WithOwners("")}}},
             "spec":{"deploymentName":"web","replicas":2,"later":{"replicas":7,"list":[1,{"deploymentName":"x"}]}},
             "status":{"availableReplicas":0,"observedGeneration":3,"conditions":[
               {"type":"Checked","status":"Unknown"},
               {"type":"Ready","status":"True","reason":"DeploymentAvailable","message":"fine","lastTransitionTime":"2026-01-02T03:04:05Z","observedGeneration":3,"extra":[]}]}}
            """);

        Assert.Equal((new ObjectKey("default", "foo"), "u1", 42, 3, false), (foo.Key, foo.Uid, foo.ResourceVersion, foo.Generation, foo.Deleting));
        Assert.Equal(("web", 2, 0, 3L), (foo.DeploymentName, foo.Replicas, foo.AvailableReplicas, foo.ObservedGeneration));
        Assert.Equal(
            [new Condition("Checked", "Unknown", "", "", default, 0), new Condition("Ready", "True", "DeploymentAvailable", "fine", new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), 3)],
            foo.Conditions);
    }

    [Theory]
    [InlineData("app=nginx,controller=foo", true)]
    [InlineData("app=nginx,controller=bar", false)]
    [InlineData("app=nginx,controller=", false)]
    [InlineData("app=nginx,controller=foo,tier=web", false)]
    public void The_selector_in_the_status_counts_only_when_it_selects_the_pods_of_this_Foo(string selector, bool counts)
    {
        var status = $$""" "status":{"selector":"{{selector}}"} """;

        Assert.Equal(counts, Foo($$"""{ {{WithOwners("")}},{{status}} }""").HasSelector);
        Assert.Equal(counts, Foo($$"""{ {{status}},{{WithOwners("")}} }""").HasSelector);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","spec":null,"status":null""")]
    [InlineData(""","spec":"text","status":[1,{"availableReplicas":5}]""")]
    [InlineData(""","spec":{"deploymentName":null,"replicas":null},"status":{"conditions":null,"availableReplicas":"5","observedGeneration":{}}""")]
    [InlineData(""","spec":{"deploymentName":7,"replicas":1.5},"status":{"conditions":{"type":"Ready"}}""")]
    [InlineData(""","spec":{"deploymentName":{"a":"b"},"replicas":1e40},"status":{"conditions":[]}""")]
    public void What_is_missing_or_of_another_kind_is_as_if_it_was_not_there(string rest)
    {
        var foo = Foo($$$"""{ {{{WithOwners("")}}}{{{rest}}} }""");

        Assert.Equal(("", null, null, null), (foo.DeploymentName, foo.Replicas, foo.AvailableReplicas, foo.ObservedGeneration));
        Assert.Empty(foo.Conditions);
    }

    [Theory]
    [InlineData("3000000000")]
    [InlineData("-3000000000")]
    public void A_number_that_no_replicas_can_be_is_not_taken_for_another(string number)
    {
        Assert.Null(Foo($$$"""{ {{{WithOwners("")}}},"spec":{"replicas":{{{number}}}},"status":{"availableReplicas":{{{number}}}} }""").Replicas);
        Assert.Null(Deployment($$$"""{ {{{WithOwners(Owner)}}},"spec":{"replicas":{{{number}}}} }""").Replicas);
    }

    [Fact]
    public void An_object_that_is_being_deleted_says_so() =>
        Assert.True(Foo("""{"metadata":{"uid":"u","name":"n","resourceVersion":"1","deletionTimestamp":"2026-01-01T00:00:00Z"}}""").Deleting);

    [Theory]
    [InlineData("""{}""", "metadata.name")]
    [InlineData("""{"metadata":null}""", "metadata.name")]
    [InlineData("""{"metadata":{"name":"n","resourceVersion":"1"}}""", "metadata.uid")]
    [InlineData("""{"metadata":{"uid":"u","resourceVersion":"1"}}""", "metadata.name")]
    [InlineData("""{"metadata":{"name":"n","uid":"u","resourceVersion":"abc"}}""", "metadata.resourceVersion is 'abc'")]
    [InlineData("""{"metadata":{"name":"n","uid":"u","resourceVersion":7}}""", "metadata.resourceVersion is ''")]
    [InlineData("""{"metadata":{"name":"n","uid":"u","resourceVersion":"-1"}}""", "metadata.resourceVersion is '-1'")]
    public void What_is_no_object_of_the_API_server_is_refused_with_the_field(string json, string field) =>
        Assert.Contains(field, Assert.Throws<JsonException>(() => Foo(json)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_Deployment_is_read_in_whole()
    {
        var deployment = Deployment($$$"""
            { {{{WithOwners("""{"kind":"Bar","uid":"other","controller":false},""" + Owner)}}},
             "spec":{"replicas":4,"selector":{"matchLabels":{"app":"selector"}},"template":{
               "metadata":{"creationTimestamp":null,"labels":{"app":"nginx","controller":"foo","more":"x"}},
               "spec":{"initContainers":[{"name":"nginx","image":"init"}],"containers":[{"name":"side","image":"busybox"},{"image":"nginx:latest","name":"nginx","ports":[{"name":"web"}]}]} } },
             "status":{"replicas":4,"availableReplicas":3,"updatedReplicas":2,"observedGeneration":1,"conditions":[{"type":"Available"}]}}
            """);

        Assert.Equal((4, 3, "nginx:latest", "nginx", "foo"), (deployment.Replicas, deployment.AvailableReplicas, deployment.Image, deployment.AppLabel, deployment.ControllerLabel));
        Assert.Equal((2, 1), (deployment.UpdatedReplicas, deployment.ObservedGeneration));
        Assert.Equal(new ControllerReference("samplecontroller.k8s.io/v1alpha1", "Foo", "foo", "f1"), deployment.Controller);
    }

    [Theory]
    [InlineData("[]", null)]
    [InlineData("""[{"name":"side","image":"x"}]""", null)]
    [InlineData("""[{"name":"nginx"}]""", "")]
    [InlineData("""[{"name":"nginx","image":null}]""", "")]
    [InlineData("""[{"name":"nginx","image":"nginx:1"},{"name":"side","image":"x"}]""", "nginx:1")]
    public void The_image_is_that_of_the_container_which_the_Foo_defines(string containers, string? image) =>
        Assert.Equal(image, Deployment($$$"""{ {{{WithOwners(Owner)}}},"spec":{"template":{"spec":{"containers":{{{containers}}} } } } }""").Image);

    [Theory]
    [InlineData("")]
    [InlineData("""{"kind":"Foo","name":"foo","uid":"f1"}""")]
    [InlineData("""{"kind":"Foo","name":"foo","uid":"f1","controller":false}""")]
    [InlineData("""{"kind":"Foo","name":"foo","uid":"f1","controller":"true"}""")]
    public void Only_an_owner_that_controls_is_the_controller(string owners) =>
        Assert.Null(Deployment($$$"""{ {{{WithOwners(owners)}}} }""").Controller);

    [Fact]
    public void The_reader_is_left_on_the_objects_end_so_that_lists_go_on()
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes($$$"""[ { {{{WithOwners("")}}},"spec":{"deploymentName":"a"} }, { {{{WithOwners("")}}},"spec":{"deploymentName":"b"} } ]"""));
        var names = new List<string>();
        Assert.True(reader.Read());
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
            names.Add(((FooSnapshot)FooDecoder.Decode(ref reader)).DeploymentName);

        Assert.Equal(["a", "b"], names);
        Assert.Equal(JsonTokenType.EndArray, reader.TokenType);
    }

    /// <summary>A whole object is many times larger than what is kept of it: no strings are made of the rest.</summary>
    [Fact]
    public void What_is_not_kept_costs_no_memory()
    {
        var large = new StringBuilder();
        for (var i = 0; i < 500; i++)
            large.Append($",\"annotation-{i}\":\"some text that is nobody's business here\"");
        var (small, big) = (Bytes(""), Bytes(large.ToString()));

        Assert.InRange(AllocatedBy(big), 0, AllocatedBy(small) + 64);

        static byte[] Bytes(string annotations) =>
            Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"foo","namespace":"default","uid":"u","resourceVersion":"1","annotations":{"a":"b"{{{annotations}}}}},"spec":{"replicas":1}}""");

        static long AllocatedBy(byte[] json)
        {
            Decode(json);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Decode(json);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        static void Decode(byte[] json)
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            DeploymentDecoder.Decode(ref reader);
        }
    }

    private static string WithOwners(string owners) => Metadata.Replace("OWNERS", owners, StringComparison.Ordinal);

    private static FooSnapshot Foo(string json) => (FooSnapshot)JsonSerializer.Deserialize(json, FooController.Foos.Json)!;

    private static DeploymentSnapshot Deployment(string json) => (DeploymentSnapshot)JsonSerializer.Deserialize(json, FooController.Deployments.Json)!;

    [Fact]
    public void A_Foo_with_a_megabyte_of_annotations_costs_what_one_without_costs()
    {
        var (small, big) = (Bytes("x"), Bytes(new string('x', 1024 * 1024)));

        Assert.Equal(Decode(small), Decode(big));
        Assert.InRange(AllocatedBy(big), 0, AllocatedBy(small) + 64);

        static byte[] Bytes(string annotation) =>
            Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"foo","namespace":"default","uid":"u","resourceVersion":"1","annotations":{"a":"{{{annotation}}}"}},"spec":{"deploymentName":"a"}}""");

        static FooSnapshot Decode(byte[] json)
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            return (FooSnapshot)FooDecoder.Decode(ref reader);
        }

        static long AllocatedBy(byte[] json)
        {
            Decode(json);
            var before = GC.GetAllocatedBytesForCurrentThread();
            Decode(json);
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}
