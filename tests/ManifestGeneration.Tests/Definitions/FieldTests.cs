using System.Text.Json.Nodes;
using OrleansOperator.KubeApi;
using OrleansOperator.ManifestGeneration.Definitions;
using OrleansOperator.ManifestGeneration.Tests.Support;
using OrleansOperator.ManifestGeneration.Yaml;

namespace OrleansOperator.ManifestGeneration.Tests.Definitions;

/// <summary>What the schema of a field is, by its .NET type and its attributes: each row is a field of <see cref="Fields"/>.</summary>
public sealed class FieldTests
{
    private static readonly KindDefinition Kind = new(new ResourceType("example.com", "v1", "samples", "Sample"), typeof(Sample), FieldsJson.Default);

    private static readonly JsonObject Crd = CrdGenerator.Generate(Kind);

    private static JsonNode Root => Crd["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!;

    private static JsonNode Spec => Root["properties"]!["spec"]!;

    [Theory]
    [InlineData("text", """{"type":"string"}""")]
    [InlineData("flag", """{"type":"boolean"}""")]
    [InlineData("byte", """{"type":"integer","format":"int32"}""")]
    [InlineData("short", """{"type":"integer","format":"int32"}""")]
    [InlineData("int", """{"type":"integer","format":"int32"}""")]
    [InlineData("uInt", """{"type":"integer","format":"int64"}""")]
    [InlineData("long", """{"type":"integer","format":"int64"}""")]
    [InlineData("float", """{"type":"number","format":"float"}""")]
    [InlineData("double", """{"type":"number","format":"double"}""")]
    [InlineData("decimal", """{"type":"number"}""")]
    [InlineData("time", """{"type":"string","format":"date-time"}""")]
    [InlineData("date", """{"type":"string","format":"date"}""")]
    [InlineData("guid", """{"type":"string","format":"uuid"}""")]
    [InlineData("uri", """{"type":"string","format":"uri"}""")]
    [InlineData("bytes", """{"type":"string","format":"byte"}""")]
    [InlineData("enum", """{"type":"string","enum":["Always","if-not-present"]}""")]
    [InlineData("list", """{"type":"array","items":{"type":"integer","format":"int32"}}""")]
    [InlineData("map", """{"type":"object","additionalProperties":{"type":"boolean"}}""")]
    [InlineData("mapByEnum", """{"type":"object","additionalProperties":{"type":"string"}}""")]
    [InlineData("any", """{"x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("anyObject", """{"type":"object","x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("anyList", """{"type":"array","items":{"x-kubernetes-preserve-unknown-fields":true}}""")]
    [InlineData("object", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]}""")]
    [InlineData("positional", """{"type":"object","properties":{"count":{"type":"integer","format":"int32","description":"How many.","minimum":1}}}""")]
    [InlineData("bag", """{"type":"object","properties":{"known":{"type":"integer","format":"int32"}},"x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("other-name", """{"type":"integer","format":"int32"}""")]
    [InlineData("described", """{"type":"string","description":"What it is."}""")]
    [InlineData("bounded", """{"type":"integer","format":"int32","minimum":1,"maximum":10}""")]
    [InlineData("boundedExclusively", """{"type":"number","format":"double","minimum":0.5,"exclusiveMinimum":true,"maximum":1.5,"exclusiveMaximum":true}""")]
    [InlineData("even", """{"type":"integer","format":"int32","multipleOf":2}""")]
    [InlineData("lengths", """{"type":"string","minLength":1,"maxLength":63}""")]
    [InlineData("pattern", """{"type":"string","pattern":"^[a-z]+$"}""")]
    [InlineData("duration", """{"type":"string","format":"duration"}""")]
    [InlineData("letters", """{"type":"string","enum":["a","b"]}""")]
    [InlineData("numbers", """{"type":"integer","format":"int32","enum":[1,2]}""")]
    [InlineData("defaultText", """{"type":"string","default":"x"}""")]
    [InlineData("defaultNumber", """{"type":"integer","format":"int32","default":3}""")]
    [InlineData("defaultReal", """{"type":"number","format":"double","default":0.5}""")]
    [InlineData("defaultFlag", """{"type":"boolean","default":true}""")]
    [InlineData("defaultEnum", """{"type":"string","enum":["Always","if-not-present"],"default":"if-not-present"}""")]
    [InlineData("defaultObject", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"default":{"name":"x"}}""")]
    [InlineData("null", """{"type":"string","nullable":true}""")]
    [InlineData("requiredNull", """{"type":"string","nullable":true}""")]
    [InlineData("required", """{"type":"string"}""")]
    [InlineData("items", """{"type":"array","items":{"type":"string","maxLength":9},"minItems":1,"maxItems":5}""")]
    [InlineData("values", """{"type":"object","additionalProperties":{"type":"integer","format":"int32","minimum":1},"minProperties":1,"maxProperties":2}""")]
    [InlineData("atomicList", """{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"atomic"}""")]
    [InlineData("set", """{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"set"}""")]
    [InlineData("listMap", """{"type":"array","items":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"]}""")]
    [InlineData("atomicMap", """{"type":"object","additionalProperties":{"type":"string"},"x-kubernetes-map-type":"atomic"}""")]
    [InlineData("open", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("amount", """{"x-kubernetes-int-or-string":true}""")]
    [InlineData("money", """{"type":"string"}""")]
    [InlineData("percent", """{"x-kubernetes-int-or-string":true}""")]
    [InlineData("ruled", """{"type":"integer","format":"int32","x-kubernetes-validations":[{"rule":"self >= 0","message":"not negative","reason":"FieldValueForbidden"},{"rule":"self < 9","messageExpression":"'too big'"}]}""")]
    [InlineData("ruledObject", """{"type":"object","properties":{"name":{"type":"string"}},"required":["name"],"x-kubernetes-validations":[{"rule":"self == oldSelf","fieldPath":".name"}]}""")]
    [InlineData("guarded", """{"type":"object","properties":{"low":{"type":"integer","format":"int32"},"high":{"type":"integer","format":"int32"}},"description":"Said at the type.","x-kubernetes-validations":[{"rule":"self.low <= self.high","message":"low is above high"}]}""")]
    public void A_field_has_the_schema(string field, string schema)
    {
        Assert.Equal(YamlText.Of(JsonNode.Parse(schema)!.AsObject()), YamlText.Of(Spec["properties"]![field]!.AsObject()));
    }

    [Fact]
    public void A_row_tells_of_each_field()
    {
        var rows = typeof(FieldTests).GetMethod(nameof(A_field_has_the_schema))!.GetCustomAttributesData()
            .Where(row => row.AttributeType == typeof(InlineDataAttribute))
            .Select(row => (string)((IReadOnlyList<System.Reflection.CustomAttributeTypedArgument>)row.ConstructorArguments[0].Value!)[0].Value!);

        Assert.Equal(Spec["properties"]!.AsObject().Select(field => field.Key).Order(), rows.Order());
    }

    [Fact]
    public void Required_members_are_required_fields()
    {
        Assert.Equal("""["requiredNull","required"]""", Spec["required"]!.ToJsonString());
    }

    [Fact]
    public void A_status_that_no_type_describes_has_what_the_engine_writes()
    {
        var status = Root["properties"]!["status"]!;

        Assert.Equal(["observedGeneration", "conditions"], status["properties"]!.AsObject().Select(field => field.Key));
        Assert.Equal("{}", Crd["spec"]!["versions"]![0]!["subresources"]!["status"]!.ToJsonString());
    }

    [Fact]
    public async Task An_API_server_stores_the_CRD_as_it_was_generated()
    {
        var stored = await Cluster.ApplyCrdAsync(YamlText.Of(Crd), "samples.example.com");

        Assert.Equal(YamlText.Of(Root.AsObject()), YamlText.Of(stored["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!.AsObject()));
    }

    [Fact]
    public async Task A_kind_of_cluster_scope_is_served_without_namespaces()
    {
        var stored = await Cluster.ApplyCrdAsync(YamlText.Of(CrdGenerator.Generate(Kind with { Resource = Kind.Resource with { IsClusterScoped = true } })), "samples.example.com");

        Assert.Equal("Cluster", stored["spec"]!["scope"]!.GetValue<string>());
    }
}
