using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Definitions;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Tests.Definitions;

/// <summary>What the schema of a custom resource may be (apiextensions, <c>validation.go</c>): each row is one fault and its causes.</summary>
public sealed class SchemaChecksTests
{
    /// <summary>The schema of a field <c>f</c> of the spec, and what is wrong with it: field and reason, with the path below <c>f</c>.</summary>
    [Theory]
    [InlineData("""{"type":"string"}""")]
    [InlineData("""{"x-kubernetes-preserve-unknown-fields":true}""")]
    [InlineData("""{"x-kubernetes-int-or-string":true,"anyOf":[{"type":"integer"},{"type":"string"}]}""")]
    [InlineData("""{"x-kubernetes-int-or-string":true,"allOf":[{"anyOf":[{"type":"integer"},{"type":"string"}]},{"pattern":"x"}]}""")]
    [InlineData("""{}""", ".type Required")]
    [InlineData("""{"type":"array"}""", ".items Required")]
    [InlineData("""{"type":"array","items":{}}""", ".items.type Required")]
    [InlineData("""{"type":"object","additionalProperties":{}}""", ".additionalProperties.type Required")]
    [InlineData("""{"type":"file"}""", ".type NotSupported")]
    [InlineData("""{"type":"null"}""", ".type NotSupported", ".type Forbidden")]
    [InlineData("""{"type":"array","items":[{"type":"string"}]}""", ".items Forbidden")]
    [InlineData("""{"type":"string","uniqueItems":true}""", ".uniqueItems Forbidden")]
    [InlineData("""{"type":"string","id":"x"}""", ".id Forbidden")]
    [InlineData("""{"type":"string","$ref":"#/x"}""", ".$ref Forbidden")]
    [InlineData("""{"type":"object","patternProperties":{"x":{"type":"string"}}}""", ".patternProperties Forbidden")]
    [InlineData("""{"type":"object","definitions":{"x":{"type":"string"}}}""", ".definitions Forbidden")]
    [InlineData("""{"type":"object","dependencies":{"x":["y"]}}""", ".dependencies Forbidden")]
    [InlineData("""{"type":"array","items":{"type":"string"},"additionalItems":true}""", ".additionalItems Forbidden")]
    [InlineData("""{"type":"string","pattern":"(?!a)"}""", ".pattern Invalid")]
    [InlineData("""{"type":"string","allOf":[{"pattern":"["}]}""", ".allOf[0].pattern Invalid")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":{"type":"string"}}""", ".additionalProperties Forbidden")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":false}""", ".additionalProperties Forbidden")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"additionalProperties":true}""")]
    [InlineData("""{"type":"string","anyOf":[{"type":"string"}]}""", ".anyOf[0].type Forbidden")]
    [InlineData("""{"type":"string","not":{"default":"x","title":"t","description":"d","nullable":true}}""",
        ".not.default Forbidden", ".not.title Forbidden", ".not.description Forbidden", ".not.nullable Forbidden")]
    [InlineData("""{"type":"object","oneOf":[{"additionalProperties":true,"x-kubernetes-preserve-unknown-fields":true}]}""",
        ".oneOf[0].additionalProperties Forbidden", ".oneOf[0].x-kubernetes-preserve-unknown-fields Forbidden")]
    [InlineData("""{"type":"object","anyOf":[{"required":["a"]}]}""")]
    [InlineData("""{"type":"object","allOf":[{"properties":{"metadata":{"minProperties":1}}}],"properties":{"metadata":{"type":"object"}}}""", ".allOf[0].properties[metadata] Forbidden")]
    [InlineData("""{"type":"string","x-kubernetes-preserve-unknown-fields":false}""", ".x-kubernetes-preserve-unknown-fields Invalid")]
    [InlineData("""{"x-kubernetes-int-or-string":true,"x-kubernetes-preserve-unknown-fields":true}""", ".x-kubernetes-preserve-unknown-fields Invalid")]
    [InlineData("""{"type":"object","x-kubernetes-embedded-resource":true}""", ".properties Required")]
    [InlineData("""{"type":"object","x-kubernetes-embedded-resource":true,"properties":{"kind":{"type":"integer"},"apiVersion":{"type":"string"},"metadata":{"type":"string"}}}""",
        ".properties[kind].type Invalid", ".properties[metadata].type Invalid")]
    [InlineData("""{"x-kubernetes-embedded-resource":true,"x-kubernetes-preserve-unknown-fields":true}""", ".type Required")]
    [InlineData("""{"type":"string","x-kubernetes-map-type":"atomic"}""", ".type Invalid")]
    [InlineData("""{"type":"object","x-kubernetes-map-type":"nuclear"}""", ".x-kubernetes-map-type NotSupported")]
    [InlineData("""{"type":"string","x-kubernetes-list-type":"set"}""", ".type Invalid")]
    [InlineData("""{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"bag"}""", ".x-kubernetes-list-type NotSupported")]
    [InlineData("""{"type":"array","items":{"type":"string"},"x-kubernetes-list-map-keys":["a"]}""", ".x-kubernetes-list-type Required")]
    [InlineData("""{"type":"array","items":{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"set"},"x-kubernetes-list-type":"set"}""", ".items.x-kubernetes-list-type Invalid")]
    [InlineData("""{"type":"array","items":{"type":"object"},"x-kubernetes-list-type":"set"}""", ".items.x-kubernetes-map-type Invalid")]
    [InlineData("""{"type":"array","items":{"type":"string","nullable":true},"x-kubernetes-list-type":"set"}""", ".items.nullable Forbidden")]
    [InlineData("""{"type":"array","items":{"type":"object","required":["k"],"properties":{"k":{"type":"string"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]}""")]
    [InlineData("""{"type":"array","items":{"type":"object","properties":{"k":{"type":"string","nullable":true}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]}""",
        ".items.properties[k].default Required", ".items.properties[k].nullable Forbidden")]
    [InlineData("""{"type":"array","items":{"type":"object","required":["k"],"properties":{"k":{"type":"object"}}},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k","k","none"]}""",
        ".items.properties[k].type Invalid", ".items.properties[k].type Invalid", ".x-kubernetes-list-map-keys Invalid", ".x-kubernetes-list-map-keys Invalid")]
    [InlineData("""{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["k"]}""", ".items.type Invalid")]
    [InlineData("""{"type":"integer","default":"x"}""", ".default TypeInvalid")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"default":{"b":"x"}}""", ".default Invalid")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string","maxLength":1}},"required":["b"],"default":{"a":"xy"}}""", ".default.a TooLong", ".default.b Required")]
    [InlineData("""{"type":"string","default":"a","x-kubernetes-validations":[{"rule":"self == 'b'"}]}""", ".default Invalid")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":" "}]}""", ".x-kubernetes-validations[0].rule Required")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self != ''","message":" "}]}""", ".x-kubernetes-validations[0].message Invalid")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self != ''","message":"a\nb"}]}""", ".x-kubernetes-validations[0].message Invalid")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self\n != ''"}]}""", ".x-kubernetes-validations[0].message Required")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self != ''","messageExpression":" "}]}""", ".x-kubernetes-validations[0].messageExpression Required")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self != ''","reason":"Because"}]}""", ".x-kubernetes-validations[0].reason NotSupported")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"x-kubernetes-validations":[{"rule":"has(self.a)","fieldPath":".b"}]}""", ".x-kubernetes-validations[0].fieldPath Invalid")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"string"}},"x-kubernetes-validations":[{"rule":"has(self.a)","fieldPath":"['a']"}]}""")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self ==="}]}""", ".x-kubernetes-validations[0].rule Invalid")]
    [InlineData("""{"type":"string","x-kubernetes-validations":[{"rule":"self != ''","optionalOldSelf":true}]}""", ".x-kubernetes-validations[0].optionalOldSelf Invalid")]
    [InlineData("""{"type":"array","maxItems":9,"items":{"type":"string","maxLength":9,"x-kubernetes-validations":[{"rule":"self == oldSelf"}]}}""", ".items.x-kubernetes-validations[0].rule Invalid")]
    public void The_schema_of_a_field_is_judged(string schema, params string[] causes)
    {
        var root = new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject { ["spec"] = new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["f"] = JsonNode.Parse(schema) } } },
        };

        Assert.Equal(causes.Order().Select(cause => $"root.properties[spec].properties[f]{cause}"), Causes(root));
    }

    [Theory]
    [InlineData("""{"type":"object"}""", true)]
    [InlineData("""{"type":"array","items":{"type":"string"}}""", false, "root.type Invalid")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"string"}}""", false, "root.additionalProperties Forbidden")]
    [InlineData("""{"type":"object","nullable":true}""", false, "root.nullable Forbidden")]
    [InlineData("""{"type":"object","oneOf":[{"required":["a"]}]}""", false)]
    [InlineData("""{"type":"object","oneOf":[{"required":["a"]}]}""", true, "root Invalid")]
    [InlineData("""{"type":"object","oneOf":[{"properties":{"a":{"minLength":1}}}]}""", false, "root.properties[a] Required")]
    [InlineData("""{"type":"object","properties":{"a":{"type":"array","items":{"type":"object"}}},"not":{"properties":{"a":{"items":{"properties":{"b":{"enum":[1]}}}}}}}""",
        false, "root.properties[a].items.properties[b] Required")]
    [InlineData("""{"x-kubernetes-preserve-unknown-fields":true}""", true)]
    [InlineData("""{"type":"object","properties":{"metadata":{"type":"object","properties":{"name":{"type":"string","maxLength":5}}}}}""", true)]
    [InlineData("""{"type":"object","properties":{"metadata":{"type":"object","description":"x"}}}""", true, "root.properties[metadata] Forbidden")]
    [InlineData("""{"type":"object","properties":{"kind":{"type":"string","default":"K"}}}""", true, "root.properties[kind].default Forbidden")]
    [InlineData("""{"type":"object","properties":{"apiVersion":{"type":"integer"}}}""", true, "root.properties[apiVersion].type Invalid")]
    public void The_root_of_a_schema_is_judged(string schema, bool hasStatus, params string[] causes) =>
        Assert.Equal(causes.Order(), Causes(JsonNode.Parse(schema)!.AsObject(), hasStatus));

    private static IEnumerable<string> Causes(JsonObject schema, bool hasStatus = true)
    {
        var errors = new List<FieldError>();
        SchemaChecks.Validate(schema, "root", hasStatus, errors);
        return errors.Select(error => $"{error.Field} {error.Reason["FieldValue".Length..]}").Order();
    }
}
