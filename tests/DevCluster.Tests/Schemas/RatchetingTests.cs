using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Tests.Schemas;

/// <summary>What was invalid before an update and did not change is let pass (KEP-4008).</summary>
public sealed class RatchetingTests
{
    private const string Properties = """
        {"size":{"type":"integer","maximum":5},
         "plain":{"type":"array","items":{"type":"string","maxLength":1}},
         "tags":{"type":"array","items":{"type":"string"},"x-kubernetes-list-type":"set"},
         "ports":{"type":"array","x-kubernetes-list-type":"map","x-kubernetes-list-map-keys":["name"],
          "items":{"type":"object","properties":{"name":{"type":"string"},"port":{"type":"integer","maximum":9}}}},
         "free":{"type":"object","additionalProperties":{"type":"string","maxLength":1}},
         "open":{"type":"object","x-kubernetes-preserve-unknown-fields":true,"maxProperties":0},
         "need":{"type":"object","required":["x"],"properties":{"a":{"type":"string"}}},
         "pick":{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"oneOf":[{"required":["a"]},{"required":["b"]}]},
         "span":{"type":"object","properties":{"lo":{"type":"integer"},"hi":{"type":"integer"}},"x-kubernetes-validations":[{"rule":"self.lo <= self.hi"}]},
         "step":{"type":"integer","x-kubernetes-validations":[{"rule":"self >= oldSelf"}]}}
        """;

    [Theory]
    [InlineData("""{"size":9}""", """{"size":9}""")]
    [InlineData("""{"size":9}""", """{"size":8}""", "size")]
    [InlineData("""{"size":9,"step":1}""", """{"size":9,"step":2}""")]
    [InlineData("""{"plain":["ab"]}""", """{"plain":["ab"]}""")]
    [InlineData("""{"plain":["ab"]}""", """{"plain":["ab","c"]}""", "plain[0]")]
    [InlineData("""{"ports":[{"name":"a","port":80}]}""", """{"ports":[{"name":"b","port":1},{"name":"a","port":80}]}""")]
    [InlineData("""{"ports":[{"name":"a","port":80}]}""", """{"ports":[{"name":"b","port":80}]}""", "ports[0].port")]
    [InlineData("""{"free":{"k":"ab"}}""", """{"free":{"k":"ab","l":"c"}}""")]
    [InlineData("""{"free":{"k":"ab"}}""", """{"free":{"l":"ab"}}""", "free.l")]
    [InlineData("""{"open":{"k":"v"}}""", """{"open":{"k":"v"}}""", "open")]
    [InlineData("""{"need":{"a":"1"},"step":1}""", """{"need":{"a":"1"},"step":1}""")]
    [InlineData("""{"need":{"a":"1"}}""", """{"need":{"a":"2"}}""", "need.x")]
    [InlineData("""{"pick":{"a":"1","b":"2"}}""", """{"pick":{"a":"1","b":"2"},"size":1}""")]
    [InlineData("""{"pick":{"a":"1","b":"2"}}""", """{"pick":{"a":"2","b":"2"}}""", "<nil>")]
    [InlineData("""{"span":{"lo":2,"hi":1}}""", """{"span":{"lo":2,"hi":1},"size":1}""")]
    [InlineData("""{"span":{"lo":2,"hi":1}}""", """{"span":{"lo":3,"hi":1}}""", "span")]
    [InlineData("""{"step":2}""", """{"step":1}""", "step")]
    [InlineData("""{"tags":["a","a"]}""", """{"tags":["b","b"]}""")]
    [InlineData("""{"tags":["a"]}""", """{"tags":["a","a"]}""", "tags[1]")]
    public void Only_what_changed_has_to_fit(string before, string after, params string[] fields)
    {
        var schema = Schema.Parse(JsonNode.Parse($$"""{"type":"object","properties":{{Properties}} }""")!.AsObject());
        var errors = new List<FieldError>();

        Validation.ValidateObject(schema, JsonNode.Parse(after)!.AsObject(), JsonNode.Parse(before)!.AsObject(), errors);

        Assert.Equal(fields, errors.Where(error => !error.Message.Contains("rules were not checked", StringComparison.Ordinal)).Select(error => error.Field));
    }
}
