using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Patches;
using OrleansOperator.DevCluster.Tests.Support;

namespace OrleansOperator.DevCluster.Tests.Definitions;

/// <summary>What a CRD may be but for its schemas: each row is one change to a good CRD, and its causes.</summary>
public sealed class CrdValidationTests
{
    private const string Collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    private const string Schema = """{"openAPIV3Schema":{"type":"object"}}""";

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"metadata":{"name":"other.example.com"}}""", "metadata.name Invalid")]
    [InlineData("""{"spec":{"scope":"Universe"}}""", "spec.scope NotSupported")]
    [InlineData("""{"spec":{"scope":null}}""", "spec.scope Required")]
    [InlineData("""{"spec":{"group":"example"},"metadata":{"name":"things.example"}}""", "spec.group Invalid")]
    [InlineData("""{"spec":{"names":{"singular":"Thing"}}}""", "spec.names.singular Invalid")]
    [InlineData("""{"spec":{"names":{"kind":"1Thing"}}}""", "spec.names.kind Invalid", "spec.names.listKind Invalid", "spec.names.singular Invalid")]
    [InlineData("""{"spec":{"names":{"listKind":"Thing"}}}""", "spec.names.listKind Invalid")]
    [InlineData("""{"spec":{"names":{"kind":null}}}""", "spec.names.kind Required", "spec.names.listKind Required", "spec.names.singular Required")]
    [InlineData("""{"spec":{"names":{"shortNames":["T"],"categories":["A"]}}}""", "spec.names.categories[0] Invalid", "spec.names.shortNames[0] Invalid")]
    [InlineData("""{"spec":{"versions":[]}}""", "spec.versions Invalid", "status.storedVersions Invalid")]
    [InlineData("""{"spec":{"versions":[{"name":"v1","served":true,"storage":false,"schema":SCHEMA}]}}""", "spec.versions Invalid", "status.storedVersions Invalid")]
    [InlineData("""{"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":SCHEMA},{"name":"v1","served":true,"storage":false,"schema":SCHEMA}]}}""", "spec.versions Invalid")]
    [InlineData("""{"spec":{"versions":[{"name":"v1","served":true,"storage":true}]}}""", "spec.versions[0].schema.openAPIV3Schema Required")]
    [InlineData("""{"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":SCHEMA,"deprecationWarning":"old"}]}}""", "spec.versions[0].deprecationWarning Invalid")]
    [InlineData("""{"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":SCHEMA,"deprecated":true,"deprecationWarning":"a\nb"}]}}""", "spec.versions[0].deprecationWarning Invalid")]
    [InlineData("""{"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":SCHEMA,"subresources":{"scale":{"specReplicasPath":"spec.r","statusReplicasPath":".spec.r","labelSelectorPath":".metadata.x"}}}]}}""",
        "spec.subresources.scale.labelSelectorPath Invalid", "spec.subresources.scale.specReplicasPath Invalid", "spec.subresources.scale.statusReplicasPath Invalid")]
    [InlineData("""{"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":SCHEMA,"additionalPrinterColumns":[{"name":"","type":"","format":"x","jsonPath":""}]}]}}""",
        "spec.additionalPrinterColumns[0].JSONPath Required", "spec.additionalPrinterColumns[0].format Invalid", "spec.additionalPrinterColumns[0].name Required", "spec.additionalPrinterColumns[0].type Required")]
    [InlineData("""{"spec":{"versions":[{"name":"v1","served":true,"storage":true,"schema":SCHEMA,"selectableFields":[{"jsonPath":".none"},{"jsonPath":""}]}]}}""",
        "spec.selectableFields[0].jsonPath Invalid", "spec.selectableFields[1].jsonPath Required")]
    [InlineData("""{"spec":{"preserveUnknownFields":true}}""", "spec.preserveUnknownFields Invalid")]
    [InlineData("""{"spec":{"conversion":{"strategy":"Magic"}}}""", "spec.conversion.strategy NotSupported")]
    [InlineData("""{"spec":{"conversion":{"strategy":"None","webhook":{"conversionReviewVersions":["v1"]}}}}""", "spec.conversion.conversionReviewVersions Forbidden")]
    [InlineData("""{"spec":{"conversion":{"strategy":"Webhook","webhook":{"clientConfig":{"url":"http://u@h/?q#f"},"conversionReviewVersions":["v9","v9"]}}}}""",
        "spec.conversion.conversionReviewVersions Invalid", "spec.conversion.conversionReviewVersions[1] Invalid", "spec.conversion.webhookClientConfig.url Invalid",
        "spec.conversion.webhookClientConfig.url Invalid", "spec.conversion.webhookClientConfig.url Invalid", "spec.conversion.webhookClientConfig.url Invalid")]
    [InlineData("""{"spec":{"conversion":{"strategy":"Webhook","webhook":{"clientConfig":{"service":{"name":"s","namespace":"n","path":"/a//B","port":70000}},"conversionReviewVersions":["v1"]}}}}""",
        "spec.conversion.webhookClientConfig.service.path Invalid", "spec.conversion.webhookClientConfig.service.path Invalid", "spec.conversion.webhookClientConfig.service.port Invalid")]
    [InlineData("""{"spec":{"conversion":{"strategy":"Webhook","webhook":{"clientConfig":{},"conversionReviewVersions":["v1"]}}}}""", "spec.conversion.webhookClientConfig Required")]
    public async Task A_CRD_is_judged(string change, params string[] causes)
    {
        await using var cluster = await TestCluster.StartAsync();
        var crd = (JsonObject)Patched(JsonNode.Parse(Crds.Things("""{"type":"object"}"""))!, JsonNode.Parse(change.Replace("SCHEMA", Schema, StringComparison.Ordinal)))!;

        var answer = await cluster.SendAsync(HttpMethod.Post, Collection, crd.ToJsonString());

        Assert.Equal(causes.Length == 0 ? 201 : 422, answer.Code);
        Assert.Equal(causes.Order(), CausesOf(answer));
    }

    [Fact]
    public async Task Versions_that_differ_are_named_one_by_one()
    {
        await using var cluster = await TestCluster.StartAsync();
        var versions = """
            {"spec":{"versions":[
              {"name":"v1","served":true,"storage":true,"schema":{"openAPIV3Schema":{"type":"object"} } },
              {"name":"v2","served":true,"storage":false,"schema":{"openAPIV3Schema":{"type":"object","properties":{"spec":{} } } } } ] } }
            """;
        var crd = Patched(JsonNode.Parse(Crds.Things())!, JsonNode.Parse(versions))!;

        var answer = await cluster.SendAsync(HttpMethod.Post, Collection, crd.ToJsonString());

        Assert.Equal(["spec.versions[1].schema.openAPIV3Schema.properties[spec].type Required"], CausesOf(answer));
    }

    private static IEnumerable<string> CausesOf(Answer answer) =>
        (answer.Json["details"]?["causes"]?.AsArray() ?? []).Select(cause => $"{cause!["field"]} {cause["reason"]!.GetValue<string>()["FieldValue".Length..]}").Order();

    private static JsonNode? Patched(JsonNode? target, JsonNode? patch) => MergePatch.Apply(target, patch);
}
