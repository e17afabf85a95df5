using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansOperator.Grains.Engine.Kinds;
using OrleansOperator.Grains.Engine.Planning;
using OrleansOperator.Grains.Engine.Running;
using OrleansOperator.Grains.Interfaces;

namespace OrleansOperator.Grains.Tests.Engine.Kinds;

/// <summary>What a record names is read, kept, compared and written, and nothing else.</summary>
public sealed class JsonKindTests
{
    private static readonly ReconciledKind Sites = new JsonKinds(SiteJson.Default).Reconciled<Site>();
    private static readonly OwnedKind Workloads = new JsonKinds(SiteJson.Default).Owned<Workload>();

    private static readonly Workload Wanted = new()
    {
        Key = new ObjectKey("ns", "web"),
        Metadata = new Meta(new() { ["tier"] = "front" }),
        Spec = new WorkloadSpec
        {
            Replicas = 2,
            Selector = new Selector(new() { ["app"] = "web" }),
            Template = new Template(new Meta(new() { ["app"] = "web" }), new PodSpec { Containers = [new Container("web", "nginx:1", ["-q", "-x"])] }),
        },
    };

    private static readonly Workload There = Workload(
        """{"replicas":2,"paused":false,"template":{"metadata":{"labels":{"app":"web","more":"x"}},"spec":{"containers":[{"name":"side","image":"proxy:1"},{"name":"web","image":"nginx:1","args":["-q","-x"],"ports":[]}]}}}""");

    [Fact]
    public void An_object_is_read_with_its_metadata_conditions_and_the_fields_that_its_record_names()
    {
        var site = (Site)Read(Sites, """
            {"apiVersion":"example.com/v1","kind":"Site",
             "metadata":{"name":"a","namespace":"ns","uid":"u","resourceVersion":"7","generation":3,"deletionTimestamp":"2026-01-01T00:00:00Z","annotations":{"x":"y"}},
             "spec":{"replicas":2,"host":"a.example.com","later":[{"replicas":9}]},
             "status":{"pods":1,"observedGeneration":2,"conditions":[{"type":"Ready","status":"True","reason":"R","message":"m","lastTransitionTime":"2026-01-02T03:04:05Z","observedGeneration":2}]}}
            """);

        Assert.Equal((new ObjectKey("ns", "a"), "u", 7, 3, true), (site.Key, site.Uid, site.ResourceVersion, site.Generation, site.Deleting));
        Assert.Equal((new SiteSpec(2, "a.example.com"), new SiteStatus { Pods = 1 }, 2L), (site.Spec, site.Status, site.ObservedGeneration));
        Assert.Equal("R", site.ConditionOf("Ready")?.Reason);
        Assert.True(site.HasStatus);
    }

    [Theory]
    [InlineData("")]
    [InlineData(""","status":null""")]
    [InlineData(""","status":{}""")]
    [InlineData(""","status":{"observedGeneration":1,"later":true}""")]
    public void An_object_whose_status_has_no_field_of_its_kind_has_none(string status) =>
        Assert.False(((Site)Read(Sites, $$"""{"metadata":{"name":"a","namespace":"ns","uid":"u","resourceVersion":"7"},"spec":{}{{status}} }""")).HasStatus);

    [Fact]
    public void An_object_that_is_not_of_its_kind_is_refused_with_the_path() =>
        Assert.Contains("$.spec.replicas", Assert.Throws<JsonException>(() => Read(Sites, """{"metadata":{"name":"a","uid":"u","resourceVersion":"7"},"spec":{"replicas":"two"}}""")).Message, StringComparison.Ordinal);

    [Fact]
    public void What_is_as_wanted_does_not_differ_whatever_else_is_there() => Assert.Null(Workloads.Compare(Wanted, There));

    [Fact]
    public void A_field_that_is_not_wanted_is_left_to_others() =>
        Assert.Null(Workloads.Compare(Wanted with { Spec = Wanted.Spec! with { Replicas = null } }, There with { Spec = There.Spec! with { Replicas = 9 } }));

    [Fact]
    public void A_field_that_is_written_on_creation_only_is_not_compared() =>
        Assert.Null(Workloads.Compare(Wanted, There with { Spec = There.Spec! with { Selector = new Selector(new() { ["app"] = "another" }) } }));

    [Theory]
    [InlineData("replicas", """{"spec":{"replicas":2}}""", "replicas 9 instead of 2", "f:spec f:replicas")]
    [InlineData("image", """{"spec":{"template":{"spec":{"containers":[{"image":"nginx:1","name":"web"}]}}}}""", "image nginx:2 instead of nginx:1", """f:spec f:template f:spec f:containers k:{"name":"web"} f:image""")]
    [InlineData("container", """{"spec":{"template":{"spec":{"containers":[{"name":"web","image":"nginx:1","args":["-q","-x"]}]}}}}""", "name missing instead of web, image missing instead of nginx:1, args missing instead of [\"-q\",\"-x\"]", """f:spec f:template f:spec f:containers k:{"name":"web"} f:name""")]
    [InlineData("args", """{"spec":{"template":{"spec":{"containers":[{"args":["-q","-x"],"name":"web"}]}}}}""", "args [\"-x\",\"-q\"] instead of [\"-q\",\"-x\"]", """f:spec f:template f:spec f:containers k:{"name":"web"} f:args""")]
    [InlineData("pod label", """{"spec":{"template":{"metadata":{"labels":{"app":"web"}}}}}""", "pod label app other instead of web", "f:spec f:template f:metadata f:labels f:app")]
    [InlineData("label", """{"metadata":{"labels":{"tier":"front"}}}""", "label tier missing instead of front", "f:metadata f:labels f:tier")]
    public void A_patch_holds_exactly_what_differs(string what, string patch, string text, string path)
    {
        var (spec, template) = (There.Spec!, There.Spec!.Template!);
        var changed = what switch
        {
            "replicas" => There with { Spec = spec with { Replicas = 9 } },
            "image" => With(new Container("web", "nginx:2", ["-q", "-x"])),
            "container" => With(new Container("side")),
            "args" => With(new Container("web", "nginx:1", ["-x", "-q"])),
            "pod label" => There with { Spec = spec with { Template = template with { Metadata = new Meta(new() { ["app"] = "other" }) } } },
            _ => There with { Metadata = null },
        };

        var difference = Workloads.Compare(Wanted, changed)!;

        var body = JsonNode.Parse(Bodies.Patch(changed, difference).Span)!.AsObject();
        var metadata = body["metadata"]!.AsObject();
        Assert.True(metadata.Remove("uid") && metadata.Remove("resourceVersion"));
        if (metadata.Count == 0)
            body.Remove("metadata");
        Assert.Equal(JsonNode.Parse(patch)!.ToJsonString(), body.ToJsonString());
        Assert.Equal((text, path), (difference.Text, string.Join(' ', difference.FieldPath)));

        Workload With(Container container) => There with { Spec = spec with { Template = template with { Spec = new PodSpec { Containers = [container] } } } };
    }

    [Fact]
    public void A_new_object_has_what_is_wanted_and_its_owner()
    {
        var site = new Site { Key = new ObjectKey("ns", "a"), Uid = "u" };

        var body = JsonNode.Parse(Bodies.Create(Workloads, Wanted, Sites, site).Span)!;

        Assert.Equal(
            JsonNode.Parse("""
                {"apiVersion":"apps/v1","kind":"Deployment",
                 "metadata":{"name":"web","namespace":"ns","labels":{"tier":"front"},"ownerReferences":[{"apiVersion":"example.com/v1","kind":"Site","name":"a","uid":"u","controller":true,"blockOwnerDeletion":true}]},
                 "spec":{"replicas":2,"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx:1","args":["-q","-x"]}]}}}}
                """)!.ToJsonString(),
            body.ToJsonString());
    }

    [Theory]
    [InlineData(1, "u", true)]
    [InlineData(2, "u", false)]
    [InlineData(1, null, true)]
    [InlineData(null, "x", false)]
    public void A_status_is_there_when_each_of_its_fields_is(int? pods, string? url, bool isThere) =>
        Assert.Equal(isThere, Sites.HasStatus(new Site { Status = new SiteStatus { Pods = 1, Url = "u" } }, new SiteStatus { Pods = pods, Url = url }, StatusFields.All));

    [Fact]
    public void Fields_that_the_CRD_does_not_keep_are_known_by_the_answer()
    {
        var (site, wanted) = (new Site { Status = new SiteStatus { Pods = 1 } }, new SiteStatus { Pods = 1, Url = "u" });

        Assert.Equal(["url"], Sites.LostOf(site, wanted));
        Assert.True(Sites.HasStatus(site, wanted, new StatusFields(true, true, ["url"])));
    }

    [Fact]
    public void A_snapshot_reaches_another_silo_as_it_is()
    {
        var codec = (ISnapshotCodec)Workloads;

        var sent = (Workload)codec.Decode(codec.Encode(There));

        Assert.Null(Workloads.Compare(There, sent));
        Assert.Null(Workloads.Compare(sent, There));
    }

    [Fact]
    public void A_record_without_a_resource_is_refused_with_the_remedy() =>
        Assert.Contains("[Kind(", Assert.Throws<ArgumentException>(() => new JsonKinds(SiteJson.Default).Owned<Nameless>()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_record_that_the_context_does_not_know_is_refused_with_the_remedy() =>
        Assert.Contains("[JsonSerializable(typeof(Unlisted))]", Assert.Throws<ArgumentException>(() => new JsonKinds(SiteJson.Default).Owned<Unlisted>()).Message, StringComparison.Ordinal);

    private static Workload Workload(string spec) => (Workload)Read(
        Workloads, $$"""{"metadata":{"name":"web","namespace":"ns","uid":"w","resourceVersion":"5","labels":{"tier":"front","other":"x"} },"spec":{{spec}},"status":{"replicas":2} }""");

    private static ResourceSnapshot Read(ObjectKind kind, string json)
    {
        var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json));
        Assert.True(reader.Read());
        return kind.Decode(ref reader);
    }

    private sealed record Nameless : ResourceSnapshot;

    [Kind("", "v1", "things", "Thing")]
    private sealed record Unlisted : ResourceSnapshot;
}
