using System.Text.Json.Nodes;
using OrleansOperator.DevCluster.Schemas;

namespace OrleansOperator.DevCluster.Tests.Schemas;

public sealed class JunctorTests
{
    [Theory]
    [InlineData("""{"oneOf":[{"required":["a"]},{"required":["b"]}]}""", """{"a":1}""")]
    [InlineData("""{"oneOf":[{"required":["a"]},{"required":["b"]}]}""", """{}""", "\"s\" must validate one and only one schema (oneOf). Found none valid", "s.a: Required value")]
    [InlineData("""{"oneOf":[{"required":["a"]},{"required":["b"]}]}""", """{"a":1,"b":1}""", "\"s\" must validate one and only one schema (oneOf). Found 2 valid alternatives")]
    [InlineData("""{"anyOf":[{"required":["a"]},{"properties":{"b":{"minimum":10}}}]}""", """{"b":10}""")]
    [InlineData("""{"anyOf":[{"required":["a"]},{"properties":{"b":{"minimum":10}}}]}""", """{"b":3}""", "\"s\" must validate at least one schema (anyOf)", "s.b: Invalid value: 3: s.b in body should be greater than or equal to 10")]
    [InlineData("""{"allOf":[{"required":["a"]},{"required":["b"]}]}""", """{"a":1,"b":1}""")]
    [InlineData("""{"allOf":[{"required":["a"]},{"required":["b"]}]}""", """{"a":1}""", "s.b: Required value", "\"s\" must validate all the schemas (allOf)")]
    [InlineData("""{"not":{"required":["a"]}}""", """{"b":1}""")]
    [InlineData("""{"not":{"required":["a"]}}""", """{"a":1}""", "\"s\" must not validate the schema (not)")]
    public void A_value_is_checked_against_alternatives(string junctor, string value, params string[] problems)
    {
        var schema = JsonNode.Parse(junctor)!.AsObject();
        schema["type"] = "object";
        schema["properties"] = JsonNode.Parse("""{"a":{"type":"integer"},"b":{"type":"integer"}}""");
        var root = Schema.Parse(new JsonObject { ["type"] = "object", ["properties"] = new JsonObject { ["s"] = schema } });
        var errors = new List<FieldError>();

        Validation.ValidateObject(root, new JsonObject { ["s"] = JsonNode.Parse(value) }, null, errors);

        Assert.Equal(
            problems.Select(problem => problem.StartsWith('"') ? $"<nil>: Invalid value: \"\": {problem}" : problem),
            errors.Select(error => $"{error.Field}: {error.Message}"));
    }

    [Fact]
    public void A_null_where_none_is_allowed_and_no_default_is_given_counts_as_left_out()
    {
        var schema = Schema.Parse(JsonNode.Parse("""
            {"type":"object","properties":{
              "a":{"type":"string"},"b":{"type":"string","nullable":true},"m":{"type":"object","additionalProperties":{"type":"string"}},
              "l":{"type":"array","items":{"type":"object","properties":{"x":{"type":"string"}}}}}}
            """)!.AsObject());
        var value = JsonNode.Parse("""{"a":null,"b":null,"m":{"k":null},"l":[{"x":null}],"unknown":null}""")!;

        Defaulting.DropNulls(schema, value);

        Assert.Equal("""{"b":null,"m":{},"l":[{}],"unknown":null}""", value.ToJsonString());
    }
}
